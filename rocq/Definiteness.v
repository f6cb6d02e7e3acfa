(* "Signs of eigenvalues" of docs/THEOREMS.md, by a residual: if H - m - L L^T / S has small absolute row sums, then the
   quadratic form of H is almost m |D|^2 (lemma definite_quad).  Any L will do; none need be believed. *)
From Coq Require Import Reals PeanoNat ZArith List Lra Lia.
From Landscape Require Import Statement StrictMinimum Derivatives.
Local Open Scope R_scope.
Lemma sum_swap n m (f : nat -> nat -> R) : sum n (fun i => sum m (f i)) = sum m (fun j => sum n (fun i => f i j)).
Proof.
  induction n; simpl. { rewrite (sum_const m 0). ring. }
  rewrite IHn, <- sum_plus. reflexivity.
Qed.
Lemma sum_mult n m f g : sum n f * sum m g = sum n (fun i => sum m (fun j => f i * g j)).
Proof.
  transitivity (sum n (fun i => sum m g * f i)). { rewrite sum_scal. ring. }
  apply sum_ext. intros. rewrite sum_scal. ring.
Qed.
Lemma sum_shift n f : sum (S n) f = f O + sum n (fun i => f (S i)).
Proof. induction n; simpl in *; [ring|]. rewrite IHn. ring. Qed.
Lemma delta_sym a b x : delta a b x = delta b a x.
Proof. unfold delta. rewrite Nat.eqb_sym. reflexivity. Qed.
Lemma sum_delta n i (f : nat -> R) : (i < n)%nat -> sum n (fun j => delta i j (f j)) = f i.
Proof.
  unfold delta. induction n; intros H; [lia|]. simpl. destruct (Nat.eqb_spec i n) as [->|Hn].
  - rewrite (sum_ext _ _ (fun _ => 0)). { rewrite sum_const. ring. }
    intros j Hj. destruct (Nat.eqb_spec n j); [lia|reflexivity].
  - rewrite IHn by lia. ring.
Qed.

(* matrices that differ by at most eps in each entry have quadratic forms that differ by at most n eps |D|^2 *)
Lemma close_forms n eps (H B : nat -> nat -> R) (D : nat -> R) : 0 <= eps ->
  (forall r s, (r < n)%nat -> (s < n)%nat -> Rabs (H r s - B r s) <= eps) ->
  sum n (fun r => sum n (fun s => B r s * (D r * D s))) - INR n * eps * dotp n D D
  <= sum n (fun r => sum n (fun s => H r s * (D r * D s))).
Proof.
  intros He Hb.
  assert (ED : sum n (fun i => D i ^ 2) = dotp n D D) by (apply sum_ext; intros; ring).
  assert (E : sum n (fun r => sum n (fun s => B r s * (D r * D s) + - (eps / 2) * (D r ^ 2 + D s ^ 2)))
    = sum n (fun r => sum n (fun s => B r s * (D r * D s))) - INR n * eps * dotp n D D).
  { transitivity (sum n (fun r => sum n (fun s => B r s * (D r * D s)) + - (eps / 2) * (INR n * D r ^ 2 + dotp n D D))).
    { apply sum_ext. intros r _. rewrite sum_plus, sum_scal, sum_plus, sum_const, ED. reflexivity. }
    rewrite sum_plus, sum_scal, sum_plus, sum_scal, sum_const, ED. field. }
  rewrite <- E. apply sum_le. intros r Hr. apply sum_le. intros s Hs. specialize (Hb r s Hr Hs).
  assert (K : Rabs ((H r s - B r s) * (D r * D s)) <= eps * (Rabs (D r) * Rabs (D s))).
  { rewrite !Rabs_mult. apply Rmult_le_compat_r; [|lra]. apply Rmult_le_pos; apply Rabs_pos. }
  assert (K2 : Rabs (D r) * Rabs (D s) <= (D r ^ 2 + D s ^ 2) / 2).
  { rewrite <- (pow2_abs (D r)), <- (pow2_abs (D s)).
    assert (0 <= (Rabs (D r) - Rabs (D s))^2) by apply pow2_ge_0. lra. }
  assert (K3 : eps * (Rabs (D r) * Rabs (D s)) <= eps * ((D r ^ 2 + D s ^ 2) / 2)) by (apply Rmult_le_compat_l; assumption).
  generalize (Rle_abs (- ((H r s - B r s) * (D r * D s)))). rewrite Rabs_Ropp. intros K4. lra.
Qed.

(* the same with the absolute row sums of a symmetric difference *)
Lemma close_forms_rows n eta (H B : nat -> nat -> R) (D : nat -> R) :
  (forall r s, H r s = H s r) -> (forall r s, B r s = B s r) ->
  (forall r, (r < n)%nat -> sum n (fun s => Rabs (H r s - B r s)) <= eta) ->
  sum n (fun r => sum n (fun s => B r s * (D r * D s))) - eta * dotp n D D
  <= sum n (fun r => sum n (fun s => H r s * (D r * D s))).
Proof.
  intros HS BS Hb. set (a := fun r s => Rabs (H r s - B r s)).
  assert (S2 : sum n (fun r => sum n (fun s => a r s * (D s ^ 2 / 2))) = sum n (fun r => sum n (fun s => a r s * (D r ^ 2 / 2)))).
  { rewrite sum_swap. apply sum_ext. intros r _. apply sum_ext. intros s _. unfold a. rewrite (HS r s), (BS r s). reflexivity. }
  assert (S1 : sum n (fun r => sum n (fun s => a r s * (D r ^ 2 / 2))) <= eta / 2 * dotp n D D).
  { unfold dotp. rewrite <- sum_scal. apply sum_le. intros r Hr.
    rewrite (sum_ext n _ (fun s => D r ^ 2 / 2 * a r s)) by (intros; ring). rewrite sum_scal.
    specialize (Hb r Hr). assert (0 <= D r ^ 2 / 2) by (assert (T := pow2_ge_0 (D r)); lra).
    apply Rle_trans with (D r ^ 2 / 2 * eta); [apply Rmult_le_compat_l; assumption|]. right. field. }
  assert (E : sum n (fun r => sum n (fun s => B r s * (D r * D s) + (-1 * (a r s * (D r ^ 2 / 2)) + -1 * (a r s * (D s ^ 2 / 2)))))
    = sum n (fun r => sum n (fun s => B r s * (D r * D s))) - 2 * sum n (fun r => sum n (fun s => a r s * (D r ^ 2 / 2)))).
  { transitivity (sum n (fun r => sum n (fun s => B r s * (D r * D s)) + (-1 * sum n (fun s => a r s * (D r ^ 2 / 2)) + -1 * sum n (fun s => a r s * (D s ^ 2 / 2))))).
    { apply sum_ext. intros r _. rewrite !sum_plus, !(sum_scal n (-1)). reflexivity. }
    rewrite !sum_plus, !(sum_scal n (-1)), S2. ring. }
  apply Rle_trans with (sum n (fun r => sum n (fun s => B r s * (D r * D s))) - 2 * sum n (fun r => sum n (fun s => a r s * (D r ^ 2 / 2)))); [lra|].
  rewrite <- E. apply sum_le. intros r _. apply sum_le. intros s _.
  assert (K : Rabs ((H r s - B r s) * (D r * D s)) = a r s * (Rabs (D r) * Rabs (D s))) by (rewrite !Rabs_mult; reflexivity).
  assert (K2 : Rabs (D r) * Rabs (D s) <= D r ^ 2 / 2 + D s ^ 2 / 2).
  { rewrite <- (pow2_abs (D r)), <- (pow2_abs (D s)).
    assert (0 <= (Rabs (D r) - Rabs (D s))^2) by apply pow2_ge_0. lra. }
  assert (K3 := Rmult_le_compat_l (a r s) _ _ (Rabs_pos _) K2).
  generalize (Rle_abs (- ((H r s - B r s) * (D r * D s)))). rewrite Rabs_Ropp, K. intros K4. lra.
Qed.

(* the theorem of the residual: H = m I + L L^T / S up to eta in each absolute row sum; so H >= m - eta *)
Lemma definite_quad n T S m eta (H l : nat -> nat -> R) (D : nat -> R) :
  0 < S -> (forall r s, H r s = H s r) ->
  (forall r, (r < n)%nat -> sum n (fun s => Rabs (H r s - (delta r s m + sum T (fun t => l r t * l s t) / S))) <= eta) ->
  (m - eta) * dotp n D D <= sum n (fun r => sum n (fun s => H r s * (D r * D s))).
Proof.
  intros HS Hsym Hb.
  apply Rle_trans with (2 := close_forms_rows n eta H (fun r s => delta r s m + sum T (fun t => l r t * l s t) / S) D Hsym
    (fun r s => f_equal2 Rplus (delta_sym r s m) (f_equal (fun x => x / S) (sum_ext T _ _ (fun t _ => Rmult_comm (l r t) (l s t))))) Hb).
  set (Q := sum T (fun t => (sum n (fun r => l r t * D r))^2)).
  assert (HQ : 0 <= / S * Q).
  { apply Rmult_le_pos; [left; apply Rinv_0_lt_compat, HS|apply sum_nonneg; intros; apply pow2_ge_0]. }
  assert (E : sum n (fun r => sum n (fun s => (delta r s m + sum T (fun t => l r t * l s t) / S) * (D r * D s)))
    = m * dotp n D D + / S * Q); [|lra].
  assert (EQ : sum n (fun r => sum n (fun s => sum T (fun t => l r t * D r * (l s t * D s)))) = Q).
  { unfold Q. transitivity (sum n (fun r => sum T (fun t => sum n (fun s => l r t * D r * (l s t * D s))))).
    { apply sum_ext. intros. apply sum_swap. }
    rewrite sum_swap. apply sum_ext. intros t _. rewrite <- sum_mult. ring. }
  rewrite <- EQ. unfold dotp. rewrite <- !sum_scal, <- sum_plus. apply sum_ext. intros r Hr.
  rewrite <- sum_scal. rewrite <- (sum_delta n r (fun s => m * (D r * D s)) Hr) at 1. rewrite <- sum_plus.
  apply sum_ext. intros s Hs.
  rewrite (sum_ext T (fun t => l r t * D r * (l s t * D s)) (fun t => (D r * D s) * (l r t * l s t))) by (intros; ring).
  rewrite sum_scal. unfold delta, Rdiv. destruct (Nat.eqb r s); ring.
Qed.
