(* "Signs of eigenvalues" of docs/THEOREMS.md, by a residual: if H - m - L L^T / S has small absolute row sums, then the
   quadratic form of H is almost m |D|^2 (lemma definite_quad).  Any L will do; none need be believed. *)
From Coq Require Import Reals PeanoNat ZArith List Bool Lra Lia Uint63.
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

(* ---- L in machine integers: dot products that are proved not to wrap, and a Cholesky factor, not to be believed ---- *)
Import ListNotations.
Fixpoint idot (x y : list int) : int :=
  match x, y with a :: x', b :: y' => (a * b + idot x' y')%uint63 | _, _ => 0%uint63 end.
Fixpoint zdot (x y : list Z) : Z :=
  match x, y with a :: x', b :: y' => (a * b + zdot x' y')%Z | _, _ => 0%Z end.

Local Open Scope Z_scope.
(* an integer as a signed one *)
Definition int_Z (i : int) : Z := let z := Uint63.to_Z i in if z <? 2^62 then z else z - 2^63.
Definition small (i : int) : bool := Uint63.ltb (i + 16777216)%uint63 33554432%uint63.

Lemma small_bound i : small i = true -> -2^24 <= int_Z i <= 2^24.
Proof.
  unfold small, int_Z. rewrite Uint63.ltb_spec, Uint63.add_spec.
  change (Uint63.to_Z 16777216) with (2^24). change (Uint63.to_Z 33554432) with (2^25).
  assert (B := Uint63.to_Z_bounded i). change Uint63.wB with (2^63) in *. intros H.
  destruct (Z.lt_ge_cases (Uint63.to_Z i + 2^24) (2^63)) as [L|L].
  - rewrite Z.mod_small in H by lia. destruct (Z.ltb_spec (Uint63.to_Z i) (2^62)); lia.
  - destruct (Z.ltb_spec (Uint63.to_Z i) (2^62)); lia.
Qed.
Lemma int_Z_mod i : exists t, Uint63.to_Z i = int_Z i + t * 2^63.
Proof. unfold int_Z. destruct (Uint63.to_Z i <? 2^62); [exists 0|exists 1]; lia. Qed.
Lemma idot_mod : forall x y, exists t, Uint63.to_Z (idot x y) = zdot (map int_Z x) (map int_Z y) + t * 2^63.
Proof.
  induction x as [|a x IH]; intros y; [exists 0; reflexivity|]. destruct y as [|b y]; [exists 0; reflexivity|].
  cbn [idot map zdot]. destruct (IH y) as (t & Ht). rewrite Uint63.add_spec, Uint63.mul_spec, Ht.
  change Uint63.wB with (2^63).
  destruct (int_Z_mod a) as (ta & ->). destruct (int_Z_mod b) as (tb & ->).
  rewrite Zplus_mod_idemp_l.
  assert (D := Z.div_mod ((int_Z a + ta * 2 ^ 63) * (int_Z b + tb * 2 ^ 63) + (zdot (map int_Z x) (map int_Z y) + t * 2 ^ 63))
    (2^63) ltac:(discriminate)).
  revert D. generalize (2^63) (int_Z a) (int_Z b) (zdot (map int_Z x) (map int_Z y)). intros w a' b' s.
  set (u := (a' + ta * w) * (b' + tb * w) + (s + t * w)). intros D.
  exists (a' * tb + ta * b' + ta * tb * w + t - u / w).
  transitivity (u - w * (u / w)); [lia|unfold u at 1; ring].
Qed.
Lemma zdot_bound : forall x y, forallb small x = true -> forallb small y = true ->
  Z.abs (zdot (map int_Z x) (map int_Z y)) <= Z.of_nat (length x) * 2^48.
Proof.
  induction x as [|a x IH]; intros y Hx Hy; [simpl; lia|]. destruct y as [|b y]; [simpl; lia|].
  cbn [forallb] in Hx, Hy. apply andb_true_iff in Hx, Hy. destruct Hx as [Ha Hx]. destruct Hy as [Hb Hy].
  specialize (IH y Hx Hy). apply small_bound in Ha, Hb. cbn [map zdot length].
  assert (Z.abs (int_Z a * int_Z b) <= 2^48).
  { rewrite Z.abs_mul. change (2^48) with (2^24 * 2^24). apply Z.mul_le_mono_nonneg; lia. }
  rewrite Nat2Z.inj_succ. lia.
Qed.
Theorem idot_exact x y : forallb small x = true -> forallb small y = true -> Z.of_nat (length x) <= 4096 ->
  int_Z (idot x y) = zdot (map int_Z x) (map int_Z y).
Proof.
  intros Hx Hy HL. assert (B := zdot_bound x y Hx Hy). destruct (idot_mod x y) as (t & Ht).
  assert (R := Uint63.to_Z_bounded (idot x y)). change Uint63.wB with (2^63) in R.
  set (s := zdot (map int_Z x) (map int_Z y)) in *.
  assert (BS : Z.abs s <= 2^60) by (change (2^60) with (4096 * 2^48); nia).
  unfold int_Z. rewrite Ht in *. destruct (Z.ltb_spec (s + t * 2^63) (2^62)); lia.
Qed.

Lemma zdot_sum : forall (l l' : list Z) T, (length l <= T)%nat ->
  IZR (zdot l l') = sum T (fun t => IZR (nth t l 0%Z) * IZR (nth t l' 0%Z))%R.
Proof.
  induction l as [|z l IH]; intros l' T HT.
  - simpl. symmetry. apply sum_zero. intros i _. destruct i; simpl; ring.
  - destruct l' as [|z' l'].
    + simpl. symmetry. apply sum_zero. intros i _. destruct i; simpl; ring.
    + simpl in HT. destruct T; [lia|]. rewrite sum_shift. cbn [nth zdot].
      rewrite plus_IZR, mult_IZR, (IH l' T) by lia. reflexivity.
Qed.

(* ---- a Cholesky factor, not to be believed: entries times 2^20 of that of h / 2^40 ---- *)
Definition quotient (a b : int) : int :=
  if (a <? 4611686018427387904)%uint63 then (a / b)%uint63 else (0 - (0 - a) / b)%uint63.
(* a new row, its last entry first, from the earlier rows, last entries first *)
Fixpoint new_row (h : list int) (rows : list (list int)) (row : list int) : list int :=
  match h, rows with
  | x :: h', (l :: ls) :: rows' => new_row h' rows' (quotient (x - idot row ls)%uint63 l :: row)
  | x :: _, _ => Uint63.sqrt (x - idot row row)%uint63 :: row
  | nil, _ => row
  end.
Definition factor (h : list (list int)) : list (list int) :=
  map (@rev int) (fold_left (fun rows row => (rows ++ [new_row row rows nil])%list) h nil).
