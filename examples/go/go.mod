module strongroom

go 1.21
