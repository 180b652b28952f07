#!/usr/bin/env lua
-- Run by the script target: <script src="...">.
print("from a file:", plain, project:getProperty("with.dots"))
