-- Run after arguments.lua in the same jrunscript.
print(greet("from the first file"))
