  ;; Where the line ends, whether an argument precedes the next, whether one of the arguments is $handle.
  (global $at (mut i32) (i32.const 0))
  (global $more (mut i32) (i32.const 0))
  (global $held (mut i32) (i32.const 0))
  (global $handle (mut i32) (i32.const -1))
  ;; What the next number is called, if it is one of the board's own.
  (global $named (mut i32) (i32.const 0))

  (func $byte (param $byte i32)
    (i32.store8 (global.get $at) (local.get $byte))
    (global.set $at (i32.add (global.get $at) (i32.const 1))))

  (func $text (param $text i32)
    (local $byte i32)
    (loop $next
      (if (local.tee $byte (i32.load8_u (local.get $text)))
        (then
          (call $byte (local.get $byte))
          (local.set $text (i32.add (local.get $text) (i32.const 1)))
          (br $next)))))

  (func $digits (param $number i32)
    (if (i32.ge_u (local.get $number) (i32.const 10))
      (then (call $digits (i32.div_u (local.get $number) (i32.const 10)))))
    (call $byte (i32.add (i32.const 48) (i32.rem_u (local.get $number) (i32.const 10)))))

  (func $signed (param $number i32)
    (if (i32.lt_s (local.get $number) (i32.const 0))
      (then
        (call $byte (i32.const 45))
        (local.set $number (i32.sub (i32.const 0) (local.get $number)))))
    (call $digits (local.get $number)))

  (func $comma
    (if (global.get $more)
      (then (call $byte (i32.const 44)) (call $byte (i32.const 32))))
    (global.set $more (i32.const 1)))

  (func $number (param $number i32)
    (call $comma)
    (if (global.get $named)
      (then (call $text (global.get $named)))
      (else (call $signed (local.get $number))))
    (global.set $named (i32.const 0)))

  (func $id (param $id i32) (param $word i32)
    (call $comma)
    (if (global.get $held)
      (then (call $text (local.get $word)))
      (else (call $signed (local.get $id))))
    (global.set $held (i32.const 0)))

  (func $hex (param $digit i32)
    (call $byte (i32.add (local.get $digit)
      (select (i32.const 48) (i32.const 87) (i32.lt_u (local.get $digit) (i32.const 10))))))

  ;; Bytes between quotes; what is no printable character of ASCII as \xx.
  (func $quoted (param $at i32) (param $end i32)
    (local $byte i32)
    (call $byte (i32.const 34))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $byte (i32.load8_u (local.get $at)))
        (if (i32.lt_u (i32.sub (local.get $byte) (i32.const 32)) (i32.const 95))
          (then (call $byte (local.get $byte)))
          (else
            (call $byte (i32.const 92))
            (call $hex (i32.shr_u (local.get $byte) (i32.const 4)))
            (call $hex (i32.and (local.get $byte) (i32.const 15)))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (call $byte (i32.const 34)))

  ;; An address: in the host's heap, outside, a buffer of the app's or a string.
  (func $place (param $at i32)
    (local $end i32)
    (call $comma)
    (if (global.get $held)
      (then
        (global.set $held (i32.const 0))
        (call $text (global.get $a-heap))
        (return)))
    (if (i32.ge_u (local.get $at) (global.get $a-end))
      (then (call $text (global.get $a-outside)) (return)))
    (if (i32.lt_u (i32.sub (local.get $at) (global.get $a-buffers)) (i32.sub (global.get $a-buffers-end) (global.get $a-buffers)))
      (then (call $text (global.get $a-buffer)) (return)))
    (local.set $end (local.get $at))
    (loop $next
      (if (i32.load8_u (local.get $end))
        (then (local.set $end (i32.add (local.get $end) (i32.const 1))) (br $next))))
    (call $quoted (local.get $at) (local.get $end)))

  (func $void
    (call $byte (i32.const 41)))

  (func $equals
    (call $byte (i32.const 41))
    (call $byte (i32.const 32))
    (call $byte (i32.const 61))
    (call $byte (i32.const 32)))

  (func $result (param $result i32)
    (call $equals)
    (call $signed (local.get $result)))

  ;; Any reading of a sensor; the smallest number says that there is none.
  (func $reading (param $result i32)
    (call $equals)
    (if (i32.eq (local.get $result) (i32.const 0x80000000))
      (then (call $signed (local.get $result)))
      (else (call $text (global.get $a-reading)))))

  (func $new (param $result i32)
    (call $equals)
    (if (i32.lt_s (local.get $result) (i32.const 0))
      (then (call $signed (local.get $result)) (return)))
    (global.set $handle (local.get $result))
    (call $text (global.get $a-handle)))

  (func $class (param $result i32) (param $class i32)
    (call $equals)
    (if (i32.lt_s (local.get $result) (i32.const 0))
      (then (call $signed (local.get $result)) (return)))
    (call $text (local.get $class)))

  ;; 0, a distance from an argument, or the host's heap.
  (func $address (param $result i32) (param $base i32)
    (call $equals)
    (if (i32.ge_u (local.get $result) (global.get $a-end))
      (then
        (global.set $handle (local.get $result))
        (call $text (global.get $a-heap))
        (return)))
    (if (i32.and (i32.ne (local.get $result) (i32.const 0)) (i32.ne (local.get $base) (i32.const -1)))
      (then
        (call $byte (i32.const 43))
        (local.set $result (i32.sub (local.get $result) (local.get $base)))))
    (call $signed (local.get $result)))

  ;; What was written to the buffers.
  (func $written
    (local $buffer i32) (local $end i32)
    (local.set $buffer (global.get $a-buffers))
    (loop $next
      (local.set $end (i32.add (local.get $buffer) (global.get $a-buffer-bytes)))
      (block $found
        (loop $back
          (br_if $found (i32.ne (i32.load8_u (i32.sub (local.get $end) (i32.const 1))) (global.get $a-fill)))
          (local.set $end (i32.sub (local.get $end) (i32.const 1)))
          (br_if $back (i32.gt_u (local.get $end) (local.get $buffer)))))
      (if (i32.gt_u (local.get $end) (local.get $buffer))
        (then
          (call $byte (i32.const 32))
          (call $quoted (local.get $buffer) (local.get $end))))
      (local.set $buffer (i32.add (local.get $buffer) (global.get $a-buffer-bytes)))
      (br_if $next (i32.lt_u (local.get $buffer) (global.get $a-buffers-end)))))

  ;; Makes ready for the next line.
  (func $begin
    (local $at i32)
    (global.set $at (global.get $a-line))
    (global.set $more (i32.const 0))
    (local.set $at (global.get $a-buffers))
    (loop $next
      (i32.store8 (local.get $at) (global.get $a-fill))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $at) (global.get $a-buffers-end)))))

  (func $end
    (call $byte (i32.const 0))
    (drop (call $import0 (global.get $a-line)))
    (drop (call $import1 (global.get $a-pause)))
    (call $begin))
