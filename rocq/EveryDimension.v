(* "Every input dimension" and "Rotations" of docs/THEOREMS.md, for ReLU.  Let q_1, ..., q_d be orthonormal in R^D, the
   rows of Q.  For the teacher T Q and the student W Q in R^D, whose coordinates in q_1, ..., q_d are T and W, the loss,
   the gradient and the Hessian's lower bound are those of T and W in R^d.  Padding with zeros is the case Q = identity.

   The Hessian in R^D is the direct sum of the old one and, for what is orthogonal to all q, of copies of the n x n
   matrix M.  Nothing about M need be computed: it is the partial trace of the old Hessian divided by d (the remark
   "for leaky ReLU, 5 follows from 2" there), so that M >= m follows (lemma new_column_bound). *)
From Coq Require Import Reals PeanoNat.
From Coquelicot Require Import Coquelicot.
From Coq Require Import Lra Lia.
From Landscape Require Import Statement StrictMinimum Derivatives Definiteness Lines Gradient.
Local Open Scope R_scope.

(* one pair's part of the second derivative: linear in e, quadratic in Y *)
Section Pairs.
Variables n N d : nat.
Variables A q Y e f : nat -> nat -> R.
Variable p : nat -> R.
Definition pair_form (Y e : nat -> nat -> R) i j := if Nat.eqb i j then (if Nat.ltb i n then PI * e i i else 0)
  else sgn n i * sgn n j * (A i j / p i * e i i + (Y i j - q i j / p i * Y i i)^2 / A i j
    - A i j / (p i * p i) * (Y i i)^2 + (PI / 2 + atan (q i j / A i j)) * e i j
    + (Y i i * Y j j + Y i j * Y j i - q i j / p i * (Y i i * Y j i) - q i j / p j * (Y i j * Y j j)) / A i j).
Definition column_form (f : nat -> nat -> R) i j := if Nat.eqb i j then (if Nat.ltb i n then PI * f i i else 0)
  else sgn n i * sgn n j * (A i j / p i * f i i + (PI / 2 + atan (q i j / A i j)) * f i j).

Lemma pair_form_plus i j : pair_form Y (fun i j => e i j + f i j) i j = pair_form Y e i j + column_form f i j.
Proof. unfold pair_form, column_form. destruct (Nat.eqb i j); [destruct (Nat.ltb i n); ring|ring]. Qed.

Lemma column_form_sum c (g : nat -> nat -> nat -> R) i j :
  column_form (fun i j => sum c (fun b => g b i j)) i j = sum c (fun b => column_form (g b) i j).
Proof.
  unfold column_form. destruct (Nat.eqb i j).
  - destruct (Nat.ltb i n); [symmetry; apply sum_scal|symmetry; apply sum_zero; reflexivity].
  - rewrite sum_scal, sum_plus, !sum_scal. reflexivity.
Qed.

(* the partial trace *)
Variable U : nat -> nat -> R.
Variable z : nat -> R.
Hypothesis Hq : forall i j, q i j = sum d (fun a => U i a * U j a).
Hypothesis Hp : forall i, p i = q i i.
Hypothesis Hz : forall i, (n <= i)%nat -> z i = 0.
Hypothesis HA : forall i j, (i < n)%nat -> (j < N)%nat -> i <> j -> 0 < A i j /\ A i j * A i j = p i * p j - q i j * q i j.
Hypothesis H0 : forall i, (i < N)%nat -> 0 < p i.

Lemma partial_trace i j : (i < N)%nat -> (j < N)%nat ->
  sum d (fun a => pair_form (fun i j => z i * U j a) (fun i j => z i * z j) i j)
  = INR d * column_form (fun i j => z i * z j) i j.
Proof.
  intros Hi Hj. rewrite <- sum_const. unfold pair_form, column_form. destruct (Nat.eqb_spec i j) as [E|Hn]; [reflexivity|].
  destruct (Nat.le_gt_cases n i) as [L|L].
  { apply sum_ext. intros a _. rewrite (Hz i L). unfold Rdiv. ring. }
  destruct (HA i j L Hj Hn) as (PA & SA). assert (Pi := H0 i Hi). assert (Pj := H0 j Hj).
  set (t := A i j / p i * (z i * z i) + (PI / 2 + atan (q i j / A i j)) * (z i * z j)).
  set (s := sgn n i * sgn n j).
  set (c1 := (z i * z i - q i j / p j * (z i * z j)) / A i j).
  set (c2 := (2 * (z i * z j) - 2 * (q i j / p i) * (z i * z i)) / A i j).
  set (c3 := (q i j / p i * (q i j / p i) * (z i * z i) - q i j / p i * (z i * z j)) / A i j - A i j / (p i * p i) * (z i * z i)).
  transitivity (sum d (fun a => s * t + (s * c1 * (U j a * U j a) + (s * c2 * (U i a * U j a) + s * c3 * (U i a * U i a))))).
  { apply sum_ext. intros a _. unfold s, t, c1, c2, c3, Rdiv. ring. }
  rewrite sum_plus. rewrite (sum_plus d (fun a => s * c1 * (U j a * U j a))), (sum_plus d (fun a => s * c2 * (U i a * U j a))).
  rewrite (sum_scal d (s * c1)), (sum_scal d (s * c2)), (sum_scal d (s * c3)), <- !Hq, <- !Hp.
  assert (E : c1 * p j + (c2 * q i j + c3 * p i) = 0).
  { unfold c1, c2, c3. apply Rmult_eq_reg_r with (A i j * p i); [|nra].
    transitivity (z i * z i * (p i * p j - q i j * q i j - A i j * A i j)); [field; repeat split; lra|rewrite SA; ring]. }
  replace (sum d (fun _ => s * t) + (s * c1 * p j + (s * c2 * q i j + s * c3 * p i)))
   with (sum d (fun _ => s * t) + s * (c1 * p j + (c2 * q i j + c3 * p i))) by ring.
  rewrite E. ring.
Qed.
End Pairs.

Lemma Ht_pair_form n d V x D i j t : let U := rows n d V (lin x D t) in
  Ht n d V x D i j t = pair_form n (A d U) (q d U) (p d U) (fun i j => Y n d V x D i j t) (e n d D) i j.
Proof. reflexivity. Qed.

Lemma pair_form_ext n A A' q q' p p' Y Y' e e' i j :
  A i j = A' i j -> q i j = q' i j -> p i = p' i -> p j = p' j ->
  Y i i = Y' i i -> Y i j = Y' i j -> Y j i = Y' j i -> Y j j = Y' j j -> e i i = e' i i -> e i j = e' i j ->
  pair_form n A q p Y e i j = pair_form n A' q' p' Y' e' i j.
Proof. intros E1 E2 E3 E4 E5 E6 E7 E8 E9 E10. unfold pair_form. rewrite E1, E2, E3, E4, E5, E6, E7, E8, E9, E10. reflexivity. Qed.

Section Widen.
Variables n k d D : nat.
Let N := (n + k)%nat.
Variables T Q W : matrix.
Hypothesis d_pos : (0 < d)%nat.
Hypothesis HQ : orthonormal d D Q.

Lemma orthonormal_sum l m c : (l < d)%nat -> (m < d)%nat -> sum D (fun a => c * (Q l a * Q m a)) = delta l m c.
Proof.
  intros Hl Hm. rewrite sum_scal. change (sum D (fun a => Q l a * Q m a)) with (dot D (Q l) (Q m)).
  rewrite HQ by assumption. unfold delta. destruct (Nat.eqb l m); ring.
Qed.
(* inner products in the coordinates of q_1, ..., q_d *)
Lemma gram x y : sum D (fun a => sum d (fun l => x l * Q l a) * sum d (fun m => y m * Q m a)) = sum d (fun l => x l * y l).
Proof.
  transitivity (sum d (fun l => sum d (fun m => sum D (fun a => x l * y m * (Q l a * Q m a))))).
  - rewrite (sum_ext D _ (fun a => sum d (fun l => sum d (fun m => x l * y m * (Q l a * Q m a))))).
    + rewrite sum_swap. apply sum_ext. intros l _. apply sum_swap.
    + intros a _. rewrite sum_mult. apply sum_ext. intros l _. apply sum_ext. intros m _. ring.
  - apply sum_ext. intros l Hl. rewrite <- (sum_delta d l (fun m => x l * y m) Hl). apply sum_ext. intros m Hm.
    apply orthonormal_sum; assumption.
Qed.
(* a vector of R^D with one given by its coordinates *)
Lemma half_gram x y : sum D (fun a => x a * sum d (fun m => y m * Q m a)) = sum d (fun m => sum D (fun a => x a * Q m a) * y m).
Proof.
  rewrite (sum_ext D _ (fun a => sum d (fun m => x a * (y m * Q m a)))) by (intros; symmetry; apply sum_scal).
  rewrite sum_swap. apply sum_ext. intros m _.
  rewrite (sum_ext D _ (fun a => y m * (x a * Q m a))) by (intros; ring). rewrite sum_scal. ring.
Qed.

Definition both i a := if Nat.ltb i n then W i a else T (i - n)%nat a.
Lemma rows_flat D' X Y i a : (a < D')%nat -> rows n D' X (flat D' Y) i a = if Nat.ltb i n then Y i a else X (i - n)%nat a.
Proof.
  intros Ha. unfold rows, flat. destruct (Nat.ltb i n); [|reflexivity]. rewrite div_flat, mod_flat by exact Ha. reflexivity.
Qed.
Let VD := compose d T Q.
Let WD := compose d W Q.
Let Ud := rows n d T (flat d W).
Let UD := rows n D VD (flat D WD).
Lemma rows_old i a : (a < d)%nat -> Ud i a = both i a.
Proof. apply rows_flat. Qed.
Lemma rows_new i a : (a < D)%nat -> UD i a = sum d (fun l => both i l * Q l a).
Proof. intros Ha. unfold UD. rewrite rows_flat by exact Ha. unfold both. destruct (Nat.ltb i n); reflexivity. Qed.

Lemma q_widen i j : q D UD i j = q d Ud i j.
Proof.
  unfold q. rewrite (sum_ext D _ (fun a => sum d (fun l => both i l * Q l a) * sum d (fun l => both j l * Q l a))).
  - rewrite gram. apply sum_ext. intros a Ha. rewrite !rows_old by exact Ha. reflexivity.
  - intros a Ha. rewrite !rows_new by exact Ha. reflexivity.
Qed.
Lemma p_widen i : p D UD i = p d Ud i.
Proof. exact (q_widen i i). Qed.
Lemma A_widen i j : A D UD i j = A d Ud i j.
Proof. unfold A. rewrite !p_widen, !q_widen. reflexivity. Qed.

Lemma loss_widen : loss n k D VD (flat D WD) = loss n k d T (flat d W).
Proof.
  unfold loss, loss2pi. f_equal. apply sum_ext. intros i Hi. apply sum_ext. intros j Hj.
  fold Ud UD. rewrite !p_widen, !q_widen. reflexivity.
Qed.
Lemma regular_widen : regular n k d T (flat d W) -> regular n k D VD (flat D WD).
Proof.
  intros (R1 & R2). split.
  - intros i j Hi Hj Hn. fold UD. rewrite !p_widen, !q_widen. exact (R1 i j Hi Hj Hn).
  - intros i Hi. fold UD. rewrite p_widen. exact (R2 i Hi).
Qed.

Variable E : vec.
(* the coordinates of a direction in q_1, ..., q_d, and the rest of it *)
Definition old_columns : vec := fun r => sum D (fun a => E ((r / d) * D + a)%nat * Q (r mod d) a).
Definition new_column a i := dirs n D E i a - sum d (fun l => dirs n d old_columns i l * Q l a).
Lemma dirs_old i l : (l < d)%nat -> dirs n d old_columns i l = sum D (fun a => dirs n D E i a * Q l a).
Proof.
  intros Hl. unfold dirs, old_columns. destruct (Nat.ltb i n).
  - rewrite div_flat, mod_flat by exact Hl. reflexivity.
  - symmetry. apply sum_zero. intros. ring.
Qed.
Lemma Y_widen i j : Y n D VD (flat D WD) E i j 0 = Y n d T (flat d W) old_columns i j 0.
Proof.
  unfold Y. rewrite !lin0. fold Ud UD.
  rewrite (sum_ext D _ (fun a => dirs n D E i a * sum d (fun l => both j l * Q l a))).
  - rewrite half_gram. apply sum_ext. intros l Hl. rewrite dirs_old, rows_old by exact Hl. reflexivity.
  - intros a Ha. rewrite rows_new by exact Ha. reflexivity.
Qed.
Lemma e_widen i j : e n D E i j = e n d old_columns i j + sum D (fun a => new_column a i * new_column a j).
Proof.
  set (x := dirs n D E i). set (y := dirs n D E j).
  set (x' := dirs n d old_columns i). set (y' := dirs n d old_columns j).
  assert (Hx : forall l, (l < d)%nat -> sum D (fun a => x a * Q l a) = x' l) by (intros; symmetry; apply dirs_old; assumption).
  assert (Hy : forall l, (l < d)%nat -> sum D (fun a => y a * Q l a) = y' l) by (intros; symmetry; apply dirs_old; assumption).
  assert (G := gram x' y').
  assert (G1 := half_gram x y'). assert (G2 := half_gram y x').
  rewrite (sum_ext d _ (fun l => x' l * y' l)) in G1 by (intros l Hl; rewrite Hx by exact Hl; reflexivity).
  rewrite (sum_ext d _ (fun l => x' l * y' l)) in G2 by (intros l Hl; rewrite Hy by exact Hl; ring).
  change (e n D E i j) with (sum D (fun a => x a * y a)). change (e n d old_columns i j) with (sum d (fun l => x' l * y' l)).
  unfold new_column. fold x y x' y'.
  rewrite (sum_ext D (fun a => (x a - _) * (y a - _)) (fun a => x a * y a + (-1 * (x a * sum d (fun m => y' m * Q m a)) +
    (-1 * (y a * sum d (fun m => x' m * Q m a)) + sum d (fun l => x' l * Q l a) * sum d (fun m => y' m * Q m a)))))
    by (intros; ring).
  rewrite !sum_plus, !(sum_scal D (-1)), G, G1, G2. ring.
Qed.

Lemma gradient_widen :
  dotp (n * D) (gradient_at n k D VD (flat D WD)) E = dotp (n * d) (gradient_at n k d T (flat d W)) old_columns.
Proof.
  rewrite <- (lin0 (flat D WD) E) at 1. rewrite <- (lin0 (flat d W) old_columns) at 1.
  unfold gradient_at. rewrite !grad_form. apply sum_ext. intros i Hi. apply sum_ext. intros j Hj.
  fold N in Hi, Hj. unfold Gt.
  change (Ar n D VD (flat D WD) E i j 0) with (A D (rows n D VD (lin (flat D WD) E 0)) i j).
  change (Ar n d T (flat d W) old_columns i j 0) with (A d (rows n d T (lin (flat d W) old_columns 0)) i j).
  unfold O. 
  change (Ar n D VD (flat D WD) E i j 0) with (A D (rows n D VD (lin (flat D WD) E 0)) i j).
  change (Ar n d T (flat d W) old_columns i j 0) with (A d (rows n d T (lin (flat d W) old_columns 0)) i j).
  unfold P, Lines.Q. rewrite !lin0. fold UD Ud.
  rewrite !Y_widen, !p_widen, !q_widen, !A_widen. reflexivity.
Qed.

Let MF z i j := column_form n (A d Ud) (q d Ud) (p d Ud) (fun i j => z i * z j) i j.

Lemma form_widen : hessian_form n k D VD (flat D WD) E =
  hessian_form n k d T (flat d W) old_columns + sum D (fun b => sum N (fun i => sum N (fun j => MF (new_column b) i j))).
Proof.
  rewrite <- (lin0 (flat D WD) E) at 1. rewrite <- (lin0 (flat d W) old_columns) at 1.
  unfold hessian_form. rewrite !hess_form. fold N.
  rewrite <- (sum_swap N D (fun i b => sum N (fun j => MF (new_column b) i j))).
  rewrite <- sum_plus. apply sum_ext. intros i Hi.
  rewrite <- (sum_swap N D (fun j b => MF (new_column b) i j)), <- sum_plus. apply sum_ext. intros j Hj.
  rewrite !Ht_pair_form. rewrite !lin0. fold UD Ud. unfold MF.
  rewrite <- (column_form_sum n (A d Ud) (q d Ud) (p d Ud) D (fun b i j => new_column b i * new_column b j)).
  rewrite <- pair_form_plus.
  apply pair_form_ext; try apply Y_widen; try apply e_widen.
  - apply A_widen.
  - apply q_widen.
  - apply p_widen.
  - apply p_widen.
Qed.

(* the direction that moves all neurons along the coordinate a, neuron i by z i *)
Definition along z a : vec := fun r => if Nat.eqb a (r mod d) then z (r / d)%nat else 0.
Lemma dirs_along z a i b : (forall i, (n <= i)%nat -> z i = 0) -> (b < d)%nat ->
  dirs n d (along z a) i b = if Nat.eqb a b then z i else 0.
Proof.
  intros Hz Hb. unfold dirs, along. rewrite div_flat, mod_flat by exact Hb.
  destruct (Nat.ltb_spec i n); [reflexivity|]. rewrite Hz by assumption. destruct (Nat.eqb a b); reflexivity.
Qed.
Lemma sum_along z a i (f : nat -> R) : (forall i, (n <= i)%nat -> z i = 0) -> (a < d)%nat ->
  sum d (fun b => dirs n d (along z a) i b * f b) = z i * f a.
Proof.
  intros Hz Ha. transitivity (sum d (fun b => delta a b (z i * f b))).
  - apply sum_ext. intros b Hb. rewrite dirs_along by assumption. unfold delta. destruct (Nat.eqb a b); ring.
  - apply (sum_delta d a (fun b => z i * f b) Ha).
Qed.

Variable m : R.
Hypothesis Hr : regular n k d T (flat d W).
Hypothesis Hm : forall D0, m * dotp (n * d) D0 D0 <= hessian_form n k d T (flat d W) D0.

Lemma new_column_bound z : (forall i, (n <= i)%nat -> z i = 0) ->
  m * sum n (fun i => z i * z i) <= sum N (fun i => sum N (fun j => MF z i j)).
Proof.
  intros Hz. destruct Hr as (R1 & R2). assert (Pd : 0 < INR d) by (apply lt_0_INR, d_pos).
  apply Rmult_le_reg_l with (INR d); [exact Pd|].
  apply Rle_trans with (sum d (fun a => hessian_form n k d T (flat d W) (along z a))).
  - rewrite <- sum_const. apply sum_le. intros a Ha. apply Rle_trans with (2 := Hm (along z a)). right. f_equal.
    unfold dotp. rewrite sum_flat. apply sum_ext. intros i Hi.
    transitivity (sum d (fun b => dirs n d (along z a) i b * (if Nat.eqb a b then z i else 0))).
    + rewrite (sum_along z a i (fun b => if Nat.eqb a b then z i else 0) Hz Ha), Nat.eqb_refl. reflexivity.
    + apply sum_ext. intros b Hb. rewrite <- dirs_along by assumption. unfold dirs.
      destruct (Nat.ltb_spec i n); [reflexivity|lia].
  - right. transitivity (sum d (fun a => sum N (fun i => sum N (fun j =>
      pair_form n (A d Ud) (q d Ud) (p d Ud) (fun i j => z i * Ud j a) (fun i j => z i * z j) i j)))).
    + apply sum_ext. intros a Ha. rewrite <- (lin0 (flat d W) (along z a)) at 1. unfold hessian_form. rewrite hess_form.
      apply sum_ext. intros i Hi. apply sum_ext. intros j Hj. rewrite Ht_pair_form, lin0. fold Ud.
      assert (EY : forall i j, Y n d T (flat d W) (along z a) i j 0 = z i * Ud j a).
      { intros i0 j0. unfold Y. rewrite lin0. apply (sum_along z a i0 (fun b => Ud j0 b) Hz Ha). }
      assert (Ee : forall i j, e n d (along z a) i j = z i * z j).
      { intros i0 j0. unfold e. rewrite (sum_along z a i0 (fun b => dirs n d (along z a) j0 b) Hz Ha).
        rewrite dirs_along by assumption. rewrite Nat.eqb_refl. reflexivity. }
      apply pair_form_ext; try reflexivity; try apply EY; apply Ee.
    + rewrite (sum_swap d N (fun a i => sum N (fun j => pair_form n (A d Ud) (q d Ud) (p d Ud) (fun i j => z i * Ud j a) (fun i j => z i * z j) i j))).
      rewrite <- sum_scal. apply sum_ext. intros i Hi.
      rewrite (sum_swap d N (fun a j => pair_form n (A d Ud) (q d Ud) (p d Ud) (fun i j => z i * Ud j a) (fun i j => z i * z j) i j)).
      rewrite <- sum_scal. apply sum_ext. intros j Hj.
      apply (partial_trace n N d (A d Ud) (q d Ud) (p d Ud) Ud z); try assumption; try reflexivity.
      intros i0 j0 Hi0 Hj0 Hn. assert (G := R1 i0 j0 Hi0 Hj0 Hn). fold Ud in G. unfold A. split.
      * apply sqrt_lt_R0. lra.
      * apply sqrt_sqrt. lra.
Qed.

Theorem hessian_widen : m * dotp (n * D) E E <= hessian_form n k D VD (flat D WD) E.
Proof.
  rewrite form_widen.
  assert (ED : dotp (n * D) E E = dotp (n * d) old_columns old_columns + sum D (fun b => sum n (fun i => new_column b i * new_column b i))).
  { unfold dotp. rewrite !sum_flat. rewrite <- (sum_swap n D), <- sum_plus. apply sum_ext. intros i Hi.
    assert (T2 := e_widen i i). unfold e, dirs in T2. destruct (Nat.ltb_spec i n); [|lia]. rewrite T2. f_equal. }
  rewrite ED, Rmult_plus_distr_l. apply Rplus_le_compat; [apply Hm|].
  rewrite <- sum_scal. apply sum_le. intros b _. apply new_column_bound.
  intros i Hi. unfold new_column, dirs. destruct (Nat.ltb_spec i n); [lia|]. rewrite sum_zero; [ring|intros; ring].
Qed.
End Widen.
