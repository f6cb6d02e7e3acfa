(* The checker with the arbitrary-precision binary floating-point numbers of coq-interval (over Coq's 63-bit machine
   integers), and the two theorems that files made from certificates apply. *)
From Coq Require Import Reals ZArith List PeanoNat Lra Lia.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Specific_bigint Specific_ops.
From Landscape Require Import Statement StrictMinimum Derivatives Definiteness Gradient Bridge Certified Checker.
Local Open Scope R_scope.

Module Float := SpecificFloat BigIntRadix2.
Module Run := Checker Float.

(* low and high: bits of precision, for the Hessian over the ball and for the numbers at the centre *)
Definition computes low high n k d teacher tden center cden rn rd ln ld hn hd mn md sn sd en ed :=
  Run.check (Float.PtoP low) (Float.PtoP high) n k d teacher center tden cden rn rd ln ld hn hd mn md sn sd en ed.

(* any teacher of rational rows *)
Theorem minimum low high n k d teacher tden center cden rn rd ln ld hn hd mn md sn sd en ed :
  computes low high n k d teacher tden center cden rn rd ln ld hn hd mn md sn sd en ed = true ->
  exists W, minimum_near n k d (entries tden teacher) (entries cden center) (IZR rn / IZR rd) (IZR ln / IZR ld)
    (IZR hn / IZR hd) (IZR mn / IZR md) W.
Proof. exact (Run.check_minimum _ _ n k d teacher center tden cden rn rd ln ld hn hd mn md sn sd en ed). Qed.

(* n >= k: not global either *)
Theorem spurious_minimum low high n k d teacher tden center cden rn rd ln ld hn hd mn md sn sd en ed :
  computes low high n k d teacher tden center cden rn rd ln ld hn hd mn md sn sd en ed = true ->
  Nat.leb k n = true -> Z.ltb 0 ln = true -> Z.ltb 0 ld = true ->
  exists W, minimum_near n k d (entries tden teacher) (entries cden center) (IZR rn / IZR rd) (IZR ln / IZR ld)
    (IZR hn / IZR hd) (IZR mn / IZR md) W /\ spurious_in_every_dimension n k d (entries tden teacher) W.
Proof.
  intros H Hk L1 L2. apply Nat.leb_le in Hk. apply Z.ltb_lt in L1, L2.
  apply (Run.check_spurious _ _ n k d teacher center tden cden rn rd ln ld hn hd mn md sn sd en ed H Hk).
  apply Rdiv_lt_0_compat; apply (IZR_lt 0); assumption.
Qed.

(* the orthonormal teacher e_1, ..., e_k *)
Lemma same_teacher n k d V V' center radius low high m W :
  (forall i a, (i < k)%nat -> V i a = V' i a) ->
  minimum_near n k d V center radius low high m W -> minimum_near n k d V' center radius low high m W.
Proof.
  intros HV (H1 & H2 & H3).
  assert (E : forall X, F n k d V X = F n k d V' X) by (intros; apply F_ext_V; intros; apply HV; assumption).
  split; [exact H1|]. split.
  - intros X XB. split.
    + intros HX. apply (H2 X XB). intros D. apply (is_derive_ext (fun t => F n k d V' (fun i a => X i a + t * D i a))).
      * intros t. symmetry. apply E.
      * apply HX.
    + intros HX D. apply (is_derive_ext (fun t => F n k d V (fun i a => X i a + t * D i a))); [intros t; apply E|].
      apply (proj2 (H2 X XB) HX).
  - intros D Q HQ loss. subst loss.
    assert (EQ : forall X, F n k D (compose d V Q) X = F n k D (compose d V' Q) X).
    { intros X. apply F_ext_V. intros i a Hi Ha. apply sum_ext. intros l _. rewrite HV by exact Hi. reflexivity. }
    destruct (H3 D Q HQ) as (A0 & A1 & (r & Hr & A2) & A3). rewrite EQ in A0, A1. rewrite <- E.
    split; [exact A0|]. split; [exact A1|]. split.
    + exists r. split; [exact Hr|]. intros W' HW. rewrite <- !EQ. exact (A2 W' HW).
    + intros X XB D'. destruct (A3 X XB D') as (h & B1 & B2). exists h. split; [|exact B2].
      apply (is_derive_n_ext (fun t => F n k D (compose d V Q) (fun i a => compose d X Q i a + t * D' i a))); [intros; apply EQ|exact B1].
Qed.

Theorem minimum_orthonormal low high n k center cden rn rd ln ld hn hd mn md sn sd en ed :
  computes low high n k k (unit_rows k) 1 center cden rn rd ln ld hn hd mn md sn sd en ed = true ->
  exists W, minimum_near n k k identity (entries cden center) (IZR rn / IZR rd) (IZR ln / IZR ld)
    (IZR hn / IZR hd) (IZR mn / IZR md) W.
Proof.
  intros H. destruct (minimum _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ H) as (W & A). exists W.
  apply (same_teacher n k k (entries 1 (unit_rows k))); [|exact A]. intros. apply unit_rows_identity. assumption.
Qed.

Theorem spurious_minimum_orthonormal low high n k center cden rn rd ln ld hn hd mn md sn sd en ed :
  computes low high n k k (unit_rows k) 1 center cden rn rd ln ld hn hd mn md sn sd en ed = true ->
  Nat.leb k n = true -> Z.ltb 0 ln = true -> Z.ltb 0 ld = true ->
  exists W, minimum_near n k k identity (entries cden center) (IZR rn / IZR rd) (IZR ln / IZR ld)
    (IZR hn / IZR hd) (IZR mn / IZR md) W /\ spurious_in_every_dimension n k k identity W.
Proof.
  intros H Hk L1 L2. destruct (minimum_orthonormal _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ H) as (W & A). exists W. split; [exact A|].
  apply Nat.leb_le in Hk. apply Z.ltb_lt in L1, L2.
  apply (spurious n k k identity (entries cden center) (IZR rn / IZR rd) (IZR ln / IZR ld) (IZR hn / IZR hd) (IZR mn / IZR md) W Hk); [|exact A].
  apply Rdiv_lt_0_compat; apply (IZR_lt 0); assumption.
Qed.

(* any orthonormal teacher is the teacher e_1, ..., e_k in the coordinates of its own neurons *)
Theorem pair_of_certificate n k center radius low high m :
  (exists W, minimum_near n k k identity center radius low high m W /\ spurious_in_every_dimension n k k identity W) ->
  theorem_1_for (k, n).
Proof.
  intros (W & (_ & _ & H1) & H2) d V HV. destruct (H1 d V HV) as (_ & _ & (r & Hr & S) & _). destruct (H2 d V HV) as (W' & G).
  assert (E : forall X, F n k d (compose k identity V) X = F n k d V X).
  { intros X. apply F_ext_V. intros i a Hi Ha. unfold compose, identity.
    rewrite <- (sum_delta k i (fun l => V l a) Hi). apply sum_ext. intros l _. unfold Derivatives.delta.
    destruct (Nat.eqb i l); ring. }
  exists (compose k W V). split.
  - exists r. split; [exact Hr|]. intros X HX. rewrite <- !E. exact (S X HX).
  - exists W'. rewrite <- !E. exact G.
Qed.

(* padding with zeros is one of the ways to lie in R^D *)
Lemma identity_orthonormal d D : (d <= D)%nat -> orthonormal d D identity.
Proof.
  intros H l m Hl Hm. unfold dot, identity.
  transitivity (sum D (fun a => Derivatives.delta l a (if Nat.eqb m a then 1 else 0))).
  - apply sum_ext. intros a _. unfold Derivatives.delta. destruct (Nat.eqb l a); ring.
  - rewrite (sum_delta D l (fun a => if Nat.eqb m a then 1 else 0)) by lia. rewrite Nat.eqb_sym. reflexivity.
Qed.
Lemma compose_identity d X i a : compose d X identity i a = if Nat.ltb a d then X i a else 0.
Proof.
  unfold compose, identity. destruct (Nat.ltb_spec a d) as [L|L].
  - rewrite <- (sum_delta d a (fun l => X i l) L). apply sum_ext. intros l _. unfold Derivatives.delta.
    rewrite (Nat.eqb_sym l a). destruct (Nat.eqb a l); ring.
  - apply sum_zero. intros l Hl. destruct (Nat.eqb_spec l a); [lia|ring].
Qed.
