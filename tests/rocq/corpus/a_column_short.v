(* coqc must refuse this: has type "true = true" while it is expected to have type *)
(* The theorem of a certificate. Checker.computes is the library's checker. vm_cast_no_check leaves
   a cast in the proof; at Qed the kernel computes it in its virtual machine. *)
From Coq Require Import Reals ZArith List.
From Landscape Require Checker.
From Landscape Require Import Statement.
Import ListNotations.
Definition center : list (list Z) := [[18201472823589437601; -929963147025196623; -929963147025196623; -929963147025196623; -929963147025196623];
 [-929963147025196623; 18201472823589437601; -929963147025196623; -929963147025196623; -929963147025196623];
 [-929963147025196623; -929963147025196623; 18201472823589437601; -929963147025196623; -929963147025196623];
 [-929963147025196623; -929963147025196623; -929963147025196623; 18201472823589437601; -929963147025196623];
 [-929963147025196623; -929963147025196623; -929963147025196623; -929963147025196623; 18201472823589437601];
 [4141585643289782658; 4141585643289782658; 4141585643289782658; 4141585643289782658; 4141585643289782658]]%Z.
Set Printing Depth 1000000.
Open Scope Z_scope.
Print center.
Close Scope Z_scope.

Lemma computed : Checker.computes 56 128 6 6 6 (Checker.unit_rows 6) 1 center 18446744073709551616
    (1) 8388608 (3701240471779015221) 147573952589676412928 (7402480943558030443) 295147905179352825856 (2415) 524288 (17303314924682177681) 590295810358705651712 (6833714248735239793) 18889465931478580854784 = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Local Open Scope R_scope.
Theorem main : exists W : matrix, minimum_near 6 6 6 identity (entries 18446744073709551616 center) (1 / 8388608) (3701240471779015221 / 147573952589676412928) (7402480943558030443 / 295147905179352825856) (2415 / 524288) W /\ spurious_in_every_dimension 6 6 6 identity W.
Proof. exact (Checker.spurious_minimum_orthonormal _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ computed eq_refl eq_refl eq_refl). Qed.

Check main.
Print Assumptions main.
