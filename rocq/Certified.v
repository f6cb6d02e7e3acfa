(* From what is computed about one ball to the claims of Statement.v: theorem certified joins "Strict local minimum" and
   "Every input dimension" of docs/THEOREMS.md, theorem spurious adds "Spurious local minimum", (b); theorem
   pair_of_certificate gives Safran & Shamir's Theorem 1 for a pair (k, n). *)
From Coq Require Import Reals ZArith List PeanoNat.
From Coquelicot Require Import Coquelicot.
From Coq Require Import Lra Lia.
From Landscape Require Import Statement StrictMinimum Derivatives Definiteness Lines Gradient.
From Landscape Require Import EveryDimension Nearby.
Local Open Scope R_scope.

Lemma F_on_line n k d V W E t :
  F n k d V (fun i a => W i a + t * E i a) = / (2 * PI) * loss n k d V (lin (flat d W) (flat d E) t).
Proof.
  assert (HPI := PI_RGT_0). assert (T := loss_flat n k d V (fun i a => W i a + t * E i a)).
  change (flat d (fun i a => W i a + t * E i a)) with (lin (flat d W) (flat d E) t) in T. rewrite T. field. lra.
Qed.

Lemma derivative_flat n k d V W E : regular n k d V (flat d W) ->
  is_derive (fun t => F n k d V (fun i a => W i a + t * E i a)) 0
    (/ (2 * PI) * dotp (n * d) (gradient_at n k d V (flat d W)) (flat d E)).
Proof.
  intros HR. apply (is_derive_ext (fun t => / (2 * PI) * loss n k d V (lin (flat d W) (flat d E) t))).
  - intros t. symmetry. apply F_on_line.
  - apply (is_derive_scal (fun t => loss n k d V (lin (flat d W) (flat d E) t))).
    assert (L0 : regular n k d V (lin (flat d W) (flat d E) 0)) by (rewrite lin0; exact HR).
    assert (T := gradient_along n k d V (flat d W) (flat d E) 0 L0). rewrite lin0 in T. exact T.
Qed.

Lemma critical_flat n k d V W : (0 < d)%nat -> regular n k d V (flat d W) ->
  (critical_point (F n k d V) W <-> forall D, dotp (n * d) (gradient_at n k d V (flat d W)) D = 0).
Proof.
  intros Hd HR. assert (HPI := PI_RGT_0). split.
  - intros H D. set (E := unflat d D).
    assert (FE : dotp (n * d) (gradient_at n k d V (flat d W)) D = dotp (n * d) (gradient_at n k d V (flat d W)) (flat d E)).
    { apply sum_ext. intros r _. f_equal. unfold E, flat, unflat. f_equal. rewrite (Nat.div_mod r d) at 1 by lia. lia. }
    rewrite FE. assert (U := is_derive_unique _ _ _ (derivative_flat n k d V W E HR)).
    rewrite (is_derive_unique _ _ _ (H E)) in U. apply Rmult_eq_reg_l with (/ (2 * PI)); [lra|].
    apply Rinv_neq_0_compat. lra.
  - intros H E. assert (T := derivative_flat n k d V W E HR). rewrite H, Rmult_0_r in T. exact T.
Qed.

Lemma hessian_at_least_flat n k d V W m :
  regular n k d V (flat d W) ->
  (forall D, 2 * PI * m * dotp (n * d) D D <= hessian_form n k d V (flat d W) D) ->
  hessian_at_least n d (F n k d V) W m.
Proof.
  intros HR Hm. assert (HPI := PI_RGT_0). set (x := flat d W) in *.
  exists (fun i a j b => / (2 * PI) * hessU n k d (rows n d V x) (i * d + a) (j * d + b)).
  split; [intros; f_equal; apply hessU_sym|]. intros E. set (D := flat d E).
  assert (EQ : quadratic_form n d (fun i a j b => / (2 * PI) * hessU n k d (rows n d V x) (i * d + a) (j * d + b)) E
    = / (2 * PI) * hessian_form n k d V x D).
  { unfold quadratic_form, hessian_form. rewrite sum_flat, <- sum_scal. apply sum_ext. intros i _.
    rewrite <- sum_scal. apply sum_ext. intros a Ha. rewrite sum_flat, <- sum_scal. apply sum_ext. intros j _.
    rewrite <- sum_scal. apply sum_ext. intros b Hb. unfold D, flat. rewrite !div_flat, !mod_flat by assumption. ring. }
  rewrite EQ. exists (fun t => / (2 * PI) * dotp (n * d) (gradient_at n k d V (lin x D t)) D). split; [|split].
  - generalize (near_on_line (n * d) x D _ (near_regular n k d V x HR)). apply filter_imp. intros t Ht.
    apply (is_derive_ext (fun t => / (2 * PI) * loss n k d V (lin x D t))); [intros s; symmetry; apply F_on_line|].
    apply (is_derive_scal (fun t => loss n k d V (lin x D t))). exact (gradient_along n k d V x D t Ht).
  - apply (is_derive_scal (fun t => dotp (n * d) (gradient_at n k d V (lin x D t)) D)).
    assert (L0 : regular n k d V (lin x D 0)) by (rewrite lin0; exact HR).
    assert (T := hessian_along n k d V x D 0 L0). rewrite lin0 in T. exact T.
  - rewrite <- norm2_flat. specialize (Hm D). fold D. apply Rmult_le_reg_l with (2 * PI); [lra|].
    apply Rle_trans with (1 := Req_le _ _ (eq_sym (Rmult_assoc _ _ _))). apply Rle_trans with (1 := Hm).
    right. field. lra.
Qed.

Section Certified.
Variables n k d : nat.
Variables V center : matrix.
Variables radius low high m m2pi : R.
Hypothesis d_pos : (0 < d)%nat.
Let c := flat d center.
Hypothesis Hreg : forall x, dist2 (n * d) x c <= radius^2 -> regular n k d V x.
Hypothesis Hhess : forall x D, dist2 (n * d) x c <= radius^2 -> m2pi * dotp (n * d) D D <= hessian_form n k d V x D.
Let g2 := dotp (n * d) (gradient_at n k d V c) (gradient_at n k d V c).
Hypothesis m_pos : 0 < m.
Hypothesis r_pos : 0 < radius.
Hypothesis Hm : 2 * PI * m <= m2pi.
Hypothesis Hgrad : 4 * g2 < m2pi^2 * radius^2.
Hypothesis Hlow : 2 * PI * low <= loss n k d V c - g2 / m2pi.
Hypothesis Hhigh : loss n k d V c <= 2 * PI * high.

Lemma m2pi_pos : 0 < m2pi.
Proof. assert (HPI := PI_RGT_0). assert (0 < 2 * PI * m) by (apply Rmult_lt_0_compat; lra). lra. Qed.

Theorem certified : exists W, minimum_near n k d V center radius low high m W.
Proof.
  assert (HPI := PI_RGT_0). assert (HM := m2pi_pos).
  assert (G0 : 0 <= g2) by (apply sum_nonneg; intros; nra).
  assert (GS : sqrt g2 ^ 2 = g2) by (simpl; rewrite Rmult_1_r; apply sqrt_sqrt, G0).
  destruct (minimum_exists (n * d) (loss n k d V) (gradient_at n k d V) (hessian_form n k d V) c radius m2pi (sqrt g2))
    as (x & Hd & Hv & Hc).
  - intros a b. apply loss_ext.
  - intros y D t HB. exact (gradient_along n k d V y D t (Hreg _ HB)).
  - intros y D t HB. exact (hessian_along n k d V y D t (Hreg _ HB)).
  - exact Hhess.
  - rewrite GS. apply Rle_refl.
  - exact HM.
  - apply sqrt_pos.
  - apply Rnot_le_lt. intros N. assert (0 <= m2pi * radius) by nra.
    assert (Q : (m2pi * radius)^2 <= (2 * sqrt g2)^2) by (apply pow_incr; lra).
    replace ((2 * sqrt g2)^2) with (4 * sqrt g2 ^ 2) in Q by ring. rewrite GS in Q.
    replace ((m2pi * radius)^2) with (m2pi^2 * radius^2) in Q by ring. lra.
  - rewrite GS in Hv.
    set (W := unflat d x).
    assert (WX : flat d W = x).
    { apply FunctionalExtensionality.functional_extensionality. intro r. unfold flat, W, unflat.
      f_equal. rewrite (Nat.div_mod r d) at 3 by lia. lia. }
    assert (Wd : distance2 n d W center < radius^2) by (rewrite <- distance_flats, WX; exact Hd).
    exists W. split; [exact Wd|]. split.
    { intros X XB. assert (XB' := XB). rewrite <- distance_flats in XB'. fold c in XB'.
      assert (RX := Hreg _ XB'). split.
      - intros HX i a Hi La.
        assert (GX := proj1 (critical_flat n k d V X d_pos RX) HX).
        assert (T := one_critical (n * d) (loss n k d V) (gradient_at n k d V) (hessian_form n k d V) c radius m2pi (flat d X) x
          (loss_ext n k d V) (fun y D t HB => gradient_along n k d V y D t (Hreg _ HB))
          (fun y D t HB => hessian_along n k d V y D t (Hreg _ HB)) Hhess HM XB' (Rlt_le _ _ Hd) GX Hc (i * d + a)%nat ltac:(nia)).
        rewrite <- WX in T. unfold flat in T. rewrite div_flat, mod_flat in T by exact La. exact T.
      - intros HX E. apply (is_derive_ext (fun t => F n k d V (fun i a => W i a + t * E i a))).
        + intros t. apply F_ext. intros i a Hi La. rewrite HX by assumption. reflexivity.
        + refine (proj2 (critical_flat n k d V W d_pos _) _ E); rewrite WX; [apply Hreg; lra|exact Hc]. }
    intros D Q HQ loss_D. subst loss_D.
    assert (Each : forall X, distance2 n d X center <= radius^2 ->
      regular n k D (compose d V Q) (flat D (compose d X Q)) /\
      forall E, m2pi * dotp (n * D) E E <= hessian_form n k D (compose d V Q) (flat D (compose d X Q)) E).
    { intros X XB. rewrite <- distance_flats in XB. fold c in XB. split.
      - apply regular_widen; [exact HQ|apply Hreg, XB].
      - intros E. apply hessian_widen; [exact d_pos|exact HQ|apply Hreg, XB|].
        intros D0. exact (Hhess _ D0 XB). }
    assert (Same : F n k D (compose d V Q) (compose d W Q) = F n k d V W).
    { assert (T := loss_widen n k d D V Q W HQ). rewrite !loss_flat in T.
      apply Rmult_eq_reg_l with (2 * PI); lra. }
    split; [exact Same|]. split; [|split].
    + rewrite Same. assert (T := loss_flat n k d V W). rewrite WX in T.
      assert (2 * PI * low <= 2 * PI * F n k d V W <= 2 * PI * high) by (rewrite <- T; lra).
      split; apply Rmult_le_reg_l with (2 * PI); lra.
    + destruct (Each W (Rlt_le _ _ Wd)) as (R1 & R2).
      destruct (strict_minimum n k D (compose d V Q) (flat D (compose d W Q)) R1 m2pi HM R2) as (r & Hr & S).
      { intros E. rewrite (gradient_widen n k d D V Q W HQ), WX. apply Hc. }
      exists r. split; [exact Hr|]. intros W' HW. rewrite <- distance_flats in HW. specialize (S _ HW).
      rewrite !loss_flat in S. apply Rmult_lt_reg_l with (2 * PI); lra.
    + intros X XB. destruct (Each X XB) as (R1 & R2). apply hessian_at_least_flat; [exact R1|].
      intros E. apply Rle_trans with (2 := R2 E). apply Rmult_le_compat_r; [|exact Hm].
      apply sum_nonneg. intros. nra.
Qed.
End Certified.

(* (b) of "Spurious local minimum" in docs/THEOREMS.md: for n >= k the teacher with zero rows appended has loss 0 *)
Definition pad k (V : matrix) : matrix := fun i a => if Nat.ltb i k then V i a else 0.
Lemma kappa_zero d v w : (forall a, (a < d)%nat -> v a = 0) -> kappa d v w = 0.
Proof.
  intros H. unfold kappa.
  assert (E : forall u, dot d v u = 0). { intros u. unfold dot. apply sum_zero. intros. rewrite H by assumption. ring. }
  rewrite !E. replace (0 * dot d w w - 0 * 0) with 0 by ring. rewrite sqrt_0. unfold Rdiv. ring.
Qed.
Lemma sum_pad n k (f g : nat -> R) : (k <= n)%nat -> (forall i, (i < k)%nat -> f i = g i) -> (forall i, (k <= i < n)%nat -> f i = 0) -> sum n f = sum k g.
Proof.
  intros Hk H1 H2. replace n with (k + (n - k))%nat by lia. rewrite sum_app, (sum_zero (n - k)), Rplus_0_r.
  - apply sum_ext, H1.
  - intros. apply H2. lia.
Qed.
Lemma F_padded n k d V : (k <= n)%nat -> F n k d V (pad k V) = 0.
Proof.
  intros Hk. unfold F.
  assert (P1 : forall i, (i < k)%nat -> forall a, pad k V i a = V i a). { intros i Hi a. unfold pad. destruct (Nat.ltb_spec i k); [reflexivity|lia]. }
  assert (P2 : forall i, (k <= i)%nat -> forall a, pad k V i a = 0). { intros i Hi a. unfold pad. destruct (Nat.ltb_spec i k); [lia|reflexivity]. }
  rewrite (sum_pad n k _ (fun i => sum k (fun j => kappa d (V i) (V j)))); [|exact Hk| |].
  - rewrite (sum_pad n k _ (fun i => sum k (fun j => kappa d (V i) (V j)))); [field|exact Hk| |].
    + intros i Hi. apply sum_ext. intros j Hj. apply kappa_ext; intros; [apply P1; exact Hi|reflexivity].
    + intros i Hi. apply sum_zero. intros. apply kappa_zero. intros. apply P2. lia.
  - intros i Hi. apply sum_pad; [exact Hk| |].
    + intros j Hj. apply kappa_ext; intros; apply P1; assumption.
    + intros j Hj. rewrite kappa_sym. apply kappa_zero. intros. apply P2. lia.
  - intros i Hi. apply sum_zero. intros. apply kappa_zero. intros. apply P2. lia.
Qed.

Theorem spurious n k d V center radius low high m W : (k <= n)%nat -> 0 < low ->
  minimum_near n k d V center radius low high m W -> spurious_in_every_dimension n k d V W.
Proof.
  intros Hk Hl (_ & _ & H) D Q HQ. destruct (H D Q HQ) as (_ & Hv & _). exists (pad k (compose d V Q)).
  rewrite F_padded by exact Hk. lra.
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
    + intros X XB. destruct (A3 X XB) as (H & Sym & B). exists H. split; [exact Sym|]. intros D'.
      destruct (B D') as (f' & B1 & B2). exists f'. split; [|exact B2]. revert B1. apply filter_imp. intros t.
      apply is_derive_ext. intros s. apply EQ.
Qed.

(* any orthonormal teacher is the teacher e_1, ..., e_k in the coordinates of its own neurons *)
Theorem pair_of_certificate n k center radius low high m :
  (exists W, minimum_near n k k identity center radius low high m W /\ spurious_in_every_dimension n k k identity W) ->
  theorem_1_for (k, n).
Proof.
  intros (W & (_ & _ & H1) & H2) d V HV. destruct (H1 d V HV) as (_ & _ & (r & Hr & S) & _). destruct (H2 d V HV) as (W' & G).
  assert (E : forall X, F n k d (compose k identity V) X = F n k d V X).
  { intros X. apply F_ext_V. intros i a Hi Ha. unfold compose, identity.
    rewrite <- (sum_delta k i (fun l => V l a) Hi). apply sum_ext. intros l _. unfold delta.
    destruct (Nat.eqb i l); ring. }
  exists (compose k W V). split.
  - exists r. split; [exact Hr|]. intros X HX. rewrite <- !E. exact (S X HX).
  - exists W'. rewrite <- !E. exact G.
Qed.

(* padding with zeros is one of the ways to lie in R^D *)
Lemma identity_orthonormal d D : (d <= D)%nat -> orthonormal d D identity.
Proof.
  intros H l m Hl Hm. unfold dot, identity.
  transitivity (sum D (fun a => delta l a (if Nat.eqb m a then 1 else 0))).
  - apply sum_ext. intros a _. unfold delta. destruct (Nat.eqb l a); ring.
  - rewrite (sum_delta D l (fun a => if Nat.eqb m a then 1 else 0)) by lia. rewrite Nat.eqb_sym. reflexivity.
Qed.
Lemma compose_identity d X i a : compose d X identity i a = if Nat.ltb a d then X i a else 0.
Proof.
  unfold compose, identity. destruct (Nat.ltb_spec a d) as [L|L].
  - rewrite <- (sum_delta d a (fun l => X i l) L). apply sum_ext. intros l _. unfold delta.
    rewrite (Nat.eqb_sym l a). destruct (Nat.eqb a l); ring.
  - apply sum_zero. intros l Hl. destruct (Nat.eqb_spec l a); [lia|ring].
Qed.
