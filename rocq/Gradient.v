(* 2 pi F as a function of the n d entries of the student in one row: its gradient and the quadratic form of its Hessian
   are those of Derivatives.v, along every line on which no pair of neurons is parallel and no neuron is zero. *)
From Coq Require Import Reals PeanoNat.
From Coquelicot Require Import Coquelicot.
From Coq Require Import Lra Lia.
From Landscape Require Import Statement StrictMinimum Derivatives Definiteness Kernel Lines Forms.
Local Open Scope R_scope.

Section Gradient.
Variables n k d : nat.
Variable V : nat -> nat -> R.
Definition loss := loss2pi n k d V.
Definition gradient_at (x : vec) : vec := fun r => gradU n k d (rows n d V x) (r / d)%nat (r mod d)%nat.
Definition hessian_form (x D : vec) : R :=
  sum (n * d) (fun r => sum (n * d) (fun s => hessU n k d (rows n d V x) r s * (D r * D s))).
(* no pair of neurons with a student in it is parallel or antiparallel, and none is zero *)
Definition regular (x : vec) := let U := rows n d V x in
  (forall i j, (i < n)%nat -> (j < n + k)%nat -> i <> j -> 0 < p d U i * p d U j - q d U i j * q d U i j) /\
  (forall i, (i < n + k)%nat -> 0 < p d U i).

Lemma lin0 x D : lin x D 0 = x.
Proof. apply FunctionalExtensionality.functional_extensionality. intro i. unfold lin. ring. Qed.

Lemma loss_ext x y : (forall i, (i < n * d)%nat -> x i = y i) -> loss x = loss y.
Proof.
  intros H. unfold loss, loss2pi. f_equal. apply sum_ext. intros i Hi. apply sum_ext. intros j Hj.
  assert (RE : forall i a, (a < d)%nat -> rows n d V x i a = rows n d V y i a).
  { intros i0 a Ha. unfold rows. destruct (Nat.ltb_spec i0 n); [apply H; nia|reflexivity]. }
  f_equal. unfold p, q. f_equal; apply sum_ext; intros a Ha; rewrite !RE by exact Ha; reflexivity.
Qed.

Lemma gradient_along x D t : regular (lin x D t) ->
  is_derive (fun t => loss (lin x D t)) t (dotp (n * d) (gradient_at (lin x D t)) D).
Proof.
  intros (G1 & G2). unfold gradient_at. rewrite (grad_form n k d V x D t). exact (der_loss n k d V x D t G1 G2).
Qed.

Lemma hessian_along x D t : regular (lin x D t) ->
  is_derive (fun t => dotp (n * d) (gradient_at (lin x D t)) D) t (hessian_form (lin x D t) D).
Proof.
  intros (G1 & G2). unfold hessian_form. rewrite (hess_form n k d V x D t).
  apply (is_derive_ext (fun t => sum (n + k) (fun i => sum (n + k) (fun j => Gt n d V x D i j t)))).
  - intros t'. symmetry. exact (grad_form n k d V x D t').
  - exact (der_grad n k d V x D t G1 G2).
Qed.
End Gradient.

Lemma hessU_sym n k d U r s : hessU n k d U r s = hessU n k d U s r.
Proof.
  assert (Eq : forall i j, q d U i j = q d U j i) by (intros; apply sum_ext; intros; ring).
  assert (EA : forall i j, A d U i j = A d U j i).
  { intros. unfold A. rewrite (Eq i j). f_equal. ring. }
  assert (Ed : forall a b x, delta a b x = delta b a x) by (intros; unfold delta; rewrite Nat.eqb_sym; reflexivity).
  unfold hessU. rewrite (Nat.eqb_sym (s / d) (r / d)). destruct (Nat.eqb_spec (r / d) (s / d)) as [->|Hn].
  - unfold diag. rewrite (Ed (r mod d)). f_equal; [f_equal|ring]. apply others_ext. intros. unfold Rdiv. ring.
  - unfold off. rewrite (Ed (r mod d)). f_equal.
    + f_equal. unfold ob. rewrite (Nat.eqb_sym (s / d)), (Eq (r / d)%nat), (EA (r / d)%nat). reflexivity.
    + rewrite (EA (r / d)%nat). unfold Rdiv. ring.
Qed.
