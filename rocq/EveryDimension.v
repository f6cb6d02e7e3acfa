(* "Every input dimension" of docs/THEOREMS.md, for ReLU: at a student padded with zero columns, in R^(n x (d + c)),
   the gradient is the old one, and the Hessian is at least m if the old one is.

   The Hessian there is the direct sum of the old one and, for each new column, of the n x n matrix M.  Nothing about
   M need be computed: it is the partial trace of the old Hessian divided by d (the remark "for leaky ReLU, 5 follows
   from 2" there), so that M >= m follows (lemma new_column). *)
From Coq Require Import Reals PeanoNat.
From Coquelicot Require Import Coquelicot.
From Coq Require Import Lra Lia.
From Landscape Require Import Statement StrictMinimum Derivatives Definiteness Lines Gradient Bridge.
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
Variables n k d c : nat.
Let D := (d + c)%nat.
Let N := (n + k)%nat.
Variables V W : matrix.
Hypothesis d_pos : (0 < d)%nat.
Hypothesis HV : forall i a, (i < k)%nat -> (d <= a)%nat -> V i a = 0.
Hypothesis HW : zero_from d W.

Definition both i a := if Nat.ltb i n then W i a else V (i - n)%nat a.
Lemma rows_flat D' i a : (a < D')%nat -> rows n D' V (flat D' W) i a = both i a.
Proof.
  intros Ha. unfold rows, flat, both. destruct (Nat.ltb i n); [|reflexivity].
  rewrite div_flat, mod_flat by exact Ha. reflexivity.
Qed.
Lemma both_zero i a : (i < N)%nat -> (d <= a)%nat -> both i a = 0.
Proof. intros Hi Ha. unfold both. destruct (Nat.ltb_spec i n); [apply HW, Ha|apply HV; [unfold N in Hi; lia|exact Ha]]. Qed.

Let Ud := rows n d V (flat d W).
Let UD := rows n D V (flat D W).
Lemma q_widen i j : (i < N)%nat -> q D UD i j = q d Ud i j.
Proof.
  intros Hi. unfold q, D. rewrite sum_app, (sum_zero c), Rplus_0_r.
  - apply sum_ext. intros a Ha. unfold UD, Ud, D. rewrite !rows_flat by lia. reflexivity.
  - intros a Ha. unfold UD, D. rewrite !rows_flat by lia. rewrite (both_zero i) by (exact Hi || lia). ring.
Qed.
Lemma p_widen i : (i < N)%nat -> p D UD i = p d Ud i.
Proof. exact (q_widen i i). Qed.
Lemma A_widen i j : (i < N)%nat -> (j < N)%nat -> A D UD i j = A d Ud i j.
Proof. intros. unfold A. rewrite !p_widen, !q_widen by assumption. reflexivity. Qed.

Lemma loss_widen : loss n k D V (flat D W) = loss n k d V (flat d W).
Proof.
  unfold loss, loss2pi. f_equal. apply sum_ext. intros i Hi. apply sum_ext. intros j Hj.
  fold Ud UD. rewrite !p_widen, !q_widen by assumption. reflexivity.
Qed.
Lemma regular_widen : regular n k d V (flat d W) -> regular n k D V (flat D W).
Proof.
  intros (R1 & R2). split.
  - intros i j Hi Hj Hn. fold UD. rewrite !p_widen, !q_widen by (unfold N; lia). exact (R1 i j Hi Hj Hn).
  - intros i Hi. fold UD. rewrite p_widen by exact Hi. exact (R2 i Hi).
Qed.

Variable E : vec.
Definition old_columns : vec := fun r => E ((r / d) * D + r mod d)%nat.
Definition new_column b i := dirs n D E i (d + b)%nat.
Lemma dirs_old i a : (a < d)%nat -> dirs n d old_columns i a = dirs n D E i a.
Proof.
  intros Ha. unfold dirs, old_columns. destruct (Nat.ltb i n); [|reflexivity].
  rewrite div_flat, mod_flat by exact Ha. reflexivity.
Qed.
Lemma Y_widen i j : (j < N)%nat -> Y n D V (flat D W) E i j 0 = Y n d V (flat d W) old_columns i j 0.
Proof.
  intros Hj. unfold Y. rewrite !lin0. unfold D at 1. rewrite sum_app, (sum_zero c), Rplus_0_r.
  - apply sum_ext. intros a Ha. rewrite dirs_old by exact Ha. rewrite !rows_flat by (unfold D; lia). reflexivity.
  - intros a Ha. rewrite rows_flat by (unfold D; lia). rewrite both_zero by (exact Hj || lia). ring.
Qed.
Lemma e_widen i j : e n D E i j = e n d old_columns i j + sum c (fun b => new_column b i * new_column b j).
Proof.
  unfold e at 1. unfold D at 1. rewrite sum_app. f_equal. apply sum_ext. intros a Ha. rewrite !dirs_old by exact Ha. reflexivity.
Qed.

Lemma gradient_widen :
  dotp (n * D) (gradient_at n k D V (flat D W)) E = dotp (n * d) (gradient_at n k d V (flat d W)) old_columns.
Proof.
  rewrite <- (lin0 (flat D W) E) at 1. rewrite <- (lin0 (flat d W) old_columns) at 1.
  unfold gradient_at. rewrite !grad_form. apply sum_ext. intros i Hi. apply sum_ext. intros j Hj.
  fold N in Hi, Hj. unfold Gt.
  change (Ar n D V (flat D W) E i j 0) with (A D (rows n D V (lin (flat D W) E 0)) i j).
  change (Ar n d V (flat d W) old_columns i j 0) with (A d (rows n d V (lin (flat d W) old_columns 0)) i j).
  unfold O. 
  change (Ar n D V (flat D W) E i j 0) with (A D (rows n D V (lin (flat D W) E 0)) i j).
  change (Ar n d V (flat d W) old_columns i j 0) with (A d (rows n d V (lin (flat d W) old_columns 0)) i j).
  unfold P, Q. rewrite !lin0. fold UD Ud.
  rewrite !Y_widen, !p_widen, !q_widen, !A_widen by assumption. reflexivity.
Qed.

Let MF z i j := column_form n (A d Ud) (q d Ud) (p d Ud) (fun i j => z i * z j) i j.

Lemma form_widen : hessian_form n k D V (flat D W) E =
  hessian_form n k d V (flat d W) old_columns + sum c (fun b => sum N (fun i => sum N (fun j => MF (new_column b) i j))).
Proof.
  rewrite <- (lin0 (flat D W) E) at 1. rewrite <- (lin0 (flat d W) old_columns) at 1.
  unfold hessian_form. rewrite !hess_form. fold N.
  rewrite <- (sum_swap N c (fun i b => sum N (fun j => MF (new_column b) i j))).
  rewrite <- sum_plus. apply sum_ext. intros i Hi.
  rewrite <- (sum_swap N c (fun j b => MF (new_column b) i j)), <- sum_plus. apply sum_ext. intros j Hj.
  rewrite !Ht_pair_form. rewrite !lin0. fold UD Ud. unfold MF.
  rewrite <- (column_form_sum n (A d Ud) (q d Ud) (p d Ud) c (fun b i j => new_column b i * new_column b j)).
  rewrite <- pair_form_plus.
  apply pair_form_ext; try (apply Y_widen; assumption); try apply e_widen.
  - apply A_widen; assumption.
  - apply q_widen; assumption.
  - apply p_widen; assumption.
  - apply p_widen; assumption.
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
Hypothesis Hr : regular n k d V (flat d W).
Hypothesis Hm : forall D0, m * dotp (n * d) D0 D0 <= hessian_form n k d V (flat d W) D0.

Lemma new_column_bound z : (forall i, (n <= i)%nat -> z i = 0) ->
  m * sum n (fun i => z i * z i) <= sum N (fun i => sum N (fun j => MF z i j)).
Proof.
  intros Hz. destruct Hr as (R1 & R2). assert (Pd : 0 < INR d) by (apply lt_0_INR, d_pos).
  apply Rmult_le_reg_l with (INR d); [exact Pd|].
  apply Rle_trans with (sum d (fun a => hessian_form n k d V (flat d W) (along z a))).
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
      assert (EY : forall i j, Y n d V (flat d W) (along z a) i j 0 = z i * Ud j a).
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

Theorem hessian_widen : m * dotp (n * D) E E <= hessian_form n k D V (flat D W) E.
Proof.
  rewrite form_widen.
  assert (ED : dotp (n * D) E E = dotp (n * d) old_columns old_columns + sum c (fun b => sum n (fun i => new_column b i * new_column b i))).
  { unfold dotp. rewrite !sum_flat. rewrite <- (sum_swap n c), <- sum_plus. apply sum_ext. intros i Hi.
    assert (T := e_widen i i). unfold e, dirs in T. destruct (Nat.ltb_spec i n); [|lia]. rewrite T. f_equal. }
  rewrite ED, Rmult_plus_distr_l. apply Rplus_le_compat; [apply Hm|].
  rewrite <- sum_scal. apply sum_le. intros b _. apply new_column_bound.
  intros i Hi. unfold new_column, dirs. destruct (Nat.ltb_spec i n); [lia|reflexivity].
Qed.
End Widen.
