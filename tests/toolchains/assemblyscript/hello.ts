// A hello world for AssemblyScript with its own console.
console.log("hello from AssemblyScript, " + (42).toString());
