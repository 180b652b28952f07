#!/usr/bin/env lua
-- Run as: jrunscript -l lua -f arguments.lua one "zwei ü"
print("arguments:", #arguments, arguments[1], arguments[2])
print("file:", _G["javax.script.filename"])
io.write("integers: ", tostring(7 // 2), "\n")
io.stdout:write("to standard output\n")
io.stderr:write("to standard error\n")

function greet(name)
  return "hello " .. name
end
