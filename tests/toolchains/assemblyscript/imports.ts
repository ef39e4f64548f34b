// A hello world for AssemblyScript with a native call, which takes UTF-8 that ends with a NUL.
@external("env", "puts")
declare function puts(text: usize): i32;

export function main(): i32 {
  puts(changetype<usize>(String.UTF8.encode("hello from AssemblyScript, 42", true)));
  return 0;
}
