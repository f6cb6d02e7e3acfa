(* Dot products of machine integers (63 bits, wrapping) that are proved not to wrap, and a Cholesky factor in fixed
   point.  Of the factor nothing is proved or needed: the checker looks at the residual H - m - L L^T only. *)
From Coq Require Import ZArith List Bool Lia Uint63 Reals.
From Landscape Require Import Statement StrictMinimum Derivatives Definiteness Lines Gradient.
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
  set (u := (int_Z a + ta * 2 ^ 63) * (int_Z b + tb * 2 ^ 63) + (zdot (map int_Z x) (map int_Z y) + t * 2 ^ 63)).
  exists (int_Z a * tb + ta * int_Z b + ta * tb * 2^63 + t - u / 2^63).
  assert (D := Z.div_mod u (2^63) ltac:(lia)).
  replace (u mod 2^63) with (u - 2^63 * (u / 2^63)) by lia. unfold u at 1. ring.
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
