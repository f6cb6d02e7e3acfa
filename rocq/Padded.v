(* n >= k: the teacher with zero rows appended has loss 0 *)
From Coq Require Import Reals PeanoNat.
From Coquelicot Require Import Coquelicot.
From Coq Require Import Lra Lia.
From Landscape Require Import Statement StrictMinimum Derivatives Definiteness Kernel Lines Forms Bridge.
Local Open Scope R_scope.
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
Theorem bridge_n n k d V (W : vec) : (k <= n)%nat ->
  (exists r, 0 < r /\ forall y, 0 < dist2 (n * d) y W <= r -> loss2pi n k d V W < loss2pi n k d V y) ->
  0 < loss2pi n k d V W ->
  spurious_local_minimum n d (F n k d V) (unflat d W).
Proof.
  intros Hk (r & Hr & H) Hp. assert (HPI := PI_RGT_0). split.
  - exists r. split; [exact Hr|]. intros W' HW. rewrite distance_flat in HW. specialize (H _ HW).
    rewrite !loss_F in H. apply Rmult_lt_reg_l with (2 * PI); [lra|].
    apply Rlt_le_trans with (1 := H). right. f_equal. apply F_ext. intros i a Hi Ha. unfold unflat, flat.
    rewrite div_flat, mod_flat by exact Ha. reflexivity.
  - exists (pad k V). rewrite (F_padded n k d V Hk). rewrite loss_F in Hp. apply Rmult_lt_reg_l with (2 * PI); lra.
Qed.
