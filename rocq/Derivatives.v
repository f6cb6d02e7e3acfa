(* Gradient and Hessian of 2 pi F as plain real functions of the n + k rows of U (students, then teachers): the formulas
   of "Derivatives of the kernel" and "The gradient is M W - K V" in docs/THEOREMS.md, for ReLU.  Nothing is proved
   here; that these are the derivatives is proved in Lines.v and Gradient.v.

   p i = |u_i|^2, q i j = u_i . u_j, A i j = sqrt (p_i p_j - q_ij^2), ob i j = pi - t with the angle t of u_i and u_j. *)
From Coq Require Import Reals PeanoNat.
From Landscape Require Import Statement StrictMinimum.
Local Open Scope R_scope.
Definition signed (neg : bool) (x : R) := if neg then 0 - x else x.
Section Defs.
Variables n k d : nat.
Variable U : nat -> nat -> R.
Let N := (n + k)%nat.
Definition q i j := sum d (fun a => U i a * U j a).
Definition p i := sum d (fun a => U i a * U i a).
Definition A i j := sqrt (p i * p j - q i j * q i j).
Definition ob i j := if Nat.eqb i j then 0 else PI / 2 + atan (q i j / A i j).
Definition rho i j := q i j / p i.
Definition z i j a := U j a - rho i j * U i a.
Definition others i (f : nat -> R) := sum N (fun j => if Nat.eqb j i then 0 else signed (Nat.leb n j) (f j)).
Definition M i := PI + others i (fun j => A i j) / p i.
Definition gradU i a := M i * U i a + others i (fun j => ob i j * U j a).
Definition delta (a b : nat) (x : R) := if Nat.eqb a b then x else 0.
Definition diag i a b := delta a b (M i)
    + others i (fun j => z i j a * z i j b / A i j)
    - others i (fun j => A i j) / (p i * p i) * (U i a * U i b).
Definition off i j a b := delta a b (ob i j) + (U i a * U j b + U j a * U i b
     - rho i j * (U i a * U i b) - rho j i * (U j a * U j b)) / A i j.
Definition hessU r s := let i := Nat.div r d in let a := Nat.modulo r d in
  let j := Nat.div s d in let b := Nat.modulo s d in
  if Nat.eqb i j then diag i a b else off i j a b.
End Defs.
