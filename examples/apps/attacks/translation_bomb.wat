;; Calls a function for the first time that is as large as it can be, shortly before a moment at which others wake. Whoever builds it
;; puts its instructions in place of BODY.
(module
  (import "env" "printf_native" (func $print (param i32) (result i32)))
  (import "env" "clock" (func $now (result i64)))
  (memory (export "memory") 512 512 (pagesize 1))
  (data (i32.const 0) "attacks\00")
  (data (i32.const 16) "has attacked\00")
  (func (export "main") (result i32)
    (local $begin i64)
    (drop (call $print (i32.const 0)))
    (local.set $begin (i64.add (call $now) (i64.const 200000)))
    (loop $early
      (br_if $early (i64.lt_u (call $now) (local.get $begin)))
      (br_if $early (i64.lt_u (i64.rem_u (call $now) (i64.const 5000)) (i64.const 4985))))
    (drop (call $large (i32.const 1)))
    (drop (call $print (i32.const 16)))
    (loop $again (br $again))
    (i32.const 0))
  (func $large (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then BODY))
    (local.get 0)))
