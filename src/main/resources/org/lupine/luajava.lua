-- The module "luajava": the functions that scripts for LuaJava and LuaJ call, over our own "java".

local java = require "java"

-- Raises an error at the line of the script that has called a function of this module.
local function refuse(message)
  for level = 3, 9 do
    local _, position = pcall(error, "", level)
    if position ~= "" and position:sub(1, 8) ~= "[lupine]" then
      error(position .. message, 0)
    end
  end
  error(message, 0)
end

-- Where scripts may name no classes there is no such function.
local import = java.import or function(name)
  refuse("access denied: lookup of class " .. tostring(name))
end

local luajava = {}

-- The handle of a class that is given by its name, as a handle, or as a java.lang.Class.
local function class(given)
  if type(given) == "string" then
    return import(given)
  end
  return given
end

function luajava.bindClass(name)
  return import(name)
end

function luajava.new(given, ...)
  return class(given)(...)
end

luajava.newInstance = luajava.new

-- Returns a table with the classes in a package or class, which are looked up when they are named,
-- and with its packages: names that are not classes and begin with a small letter, and all names in
-- the first 'depth' levels.
local function package_of(prefix, depth)
  return setmetatable({}, {__index = function(self, name)
    local full = prefix .. "." .. name
    local found
    if depth > 1 then
      found = package_of(full, depth - 1)
    elseif full:find("%.%l[^.]*$") then
      local is_class, class = pcall(import, full)
      found = is_class and class or package_of(full, 1)
    else
      found = import(full)
    end
    rawset(self, name, found)
    return found
  end})
end

-- A class, or with ".*" at the end what a package holds, or with several what its packages hold.
function luajava.import(name)
  local prefix, depth = name, 0
  while prefix:sub(-2) == ".*" do
    prefix, depth = prefix:sub(1, -3), depth + 1
  end
  return depth > 0 and package_of(prefix, depth) or import(name)
end

-- The interfaces named before the last argument, each by itself or several with commas, and that.
local function interfaces(...)
  local count = select("#", ...)
  local found = {}
  for i = 1, count - 1 do
    local given = (select(i, ...))
    if type(given) == "string" then
      for name in given:gmatch("[^,%s]+") do
        found[#found + 1] = name
      end
    else
      found[#found + 1] = given
    end
  end
  return found, (select(count, ...))
end

local unpack = table.unpack or unpack

local function implement(types, target)
  types[#types + 1] = target
  return java.implement(unpack(types))
end

-- Returns an object whose methods are functions of a table, called with the arguments alone.
function luajava.createProxy(...)
  local types, target = interfaces(...)
  if type(target) ~= "table" then
    return implement(types, target)
  end
  return implement(types, setmetatable({}, {__index = function(_, name)
    local method = target[name]
    return method and function(_, ...)
      return method(...)
    end
  end}))
end

-- Returns an object whose methods are functions of a table, called with the table before the
-- arguments.
function luajava.proxy(...)
  return implement(interfaces(...))
end

-- Calls a public static method without parameters, and returns its result: a library that is
-- written in Java.
function luajava.loadLib(name, method)
  return class(name)[method]()
end

-- An array with these lengths of its dimensions.
function luajava.array(given, length, ...)
  if select("#", ...) == 0 then
    return java.array(class(given), length)
  end
  local rows = {}
  for i = 1, length do
    rows[i] = luajava.array(given, ...)
  end
  return java.array(java.typeof(rows[1] or luajava.array(given, ...)), rows)
end

local whole = {byte = true, short = true, int = true, long = true}

-- A value as an argument of a parameter type; for whole ones the fraction is cut off.
local function argument(parameter, value)
  if whole[parameter] and type(value) == "number" and value % 1 ~= 0 then
    value = value > 0 and math.floor(value) or math.ceil(value)
  end
  return java.cast(parameter, value)
end

-- The method of an object or class, or with the name "new" its constructor, that has the parameter
-- types of the signature: their names with commas between.
function luajava.method(target, name, signature)
  local parameters = {}
  for parameter in (signature or ""):gmatch("[^,%s]+") do
    parameters[#parameters + 1] = parameter
  end
  local method = name == "new" and target or target[name]
  return function(...)
    local arguments = {}
    for i, parameter in ipairs(parameters) do
      arguments[i] = argument(parameter, (select(i, ...)))
    end
    return method(unpack(arguments, 1, #parameters))
  end
end

-- A copy of an object as a table: of a Map its entries, of an array or Iterable its elements.
function luajava.astable(object)
  local copy = {}
  if java.instanceof(object, "java.util.Map") then
    for key, value in java.iterex(object) do
      copy[key] = value
    end
  else
    for i, value in java.enumerate(object, 1) do
      copy[i] = value
    end
  end
  return copy
end

-- Maps and Iterables as tables, through and through; anything else as it is.
function luajava.luaify(object)
  if type(object) ~= "userdata" or not java.instanceof(object, "java.util.Map")
      and not java.instanceof(object, "java.lang.Iterable") then
    return object
  end
  local copy = luajava.astable(object)
  for key, value in pairs(copy) do
    copy[key] = luajava.luaify(value)
  end
  return copy
end

return luajava
