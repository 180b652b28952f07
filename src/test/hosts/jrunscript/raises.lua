-- Run as: jrunscript -l lua -f raises.lua
local function inner()
  error("no luck today")
end

inner()
