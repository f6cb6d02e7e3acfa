(* from 2 pi F on flat vectors (Line.v) to the statement *)
From Coq Require Import Reals PeanoNat.
From Coquelicot Require Import Coquelicot.
From Coq Require Import Lra Lia.
From Landscape Require Import Statement StrictMinimum Derivatives Definiteness Kernel Lines Forms.
Local Open Scope R_scope.
Definition unflat d (x : vec) : matrix := fun i a => x (i * d + a)%nat.
Definition flat d (W : matrix) : vec := fun r => W (r / d)%nat (r mod d)%nat.

Lemma kappa_sym d v w : kappa d v w = kappa d w v.
Proof.
  unfold kappa. assert (E : dot d v w = dot d w v) by (apply sum_ext; intros; ring).
  rewrite E, (Rmult_comm (dot d v v)). reflexivity.
Qed.
Lemma kappa_ext d v v' w w' : (forall a, (a < d)%nat -> v a = v' a) -> (forall a, (a < d)%nat -> w a = w' a) -> kappa d v w = kappa d v' w'.
Proof.
  intros H1 H2. unfold kappa.
  assert (E1 : dot d v v = dot d v' v') by (apply sum_ext; intros; rewrite H1 by assumption; reflexivity).
  assert (E2 : dot d w w = dot d w' w') by (apply sum_ext; intros; rewrite H2 by assumption; reflexivity).
  assert (E3 : dot d v w = dot d v' w') by (apply sum_ext; intros; rewrite H1, H2 by assumption; reflexivity).
  rewrite E1, E2, E3. reflexivity.
Qed.
Lemma F_ext n k d V W W' : (forall i a, (i < n)%nat -> (a < d)%nat -> W i a = W' i a) -> F n k d V W = F n k d V W'.
Proof.
  intros H. unfold F. f_equal. f_equal.
  - f_equal. apply sum_ext. intros. apply sum_ext. intros. apply kappa_ext; intros; apply H; assumption.
  - apply sum_ext. intros. apply sum_ext. intros. apply kappa_ext; intros; [apply H; assumption|reflexivity].
Qed.

Lemma loss_F n k d V x : loss2pi n k d V x = 2 * PI * F n k d V (unflat d x).
Proof.
  assert (HPI := PI_RGT_0).
  assert (T : forall i j, kappa2pi (p d (rows n d V x) i) (q d (rows n d V x) i j) (p d (rows n d V x) j)
     = 2 * PI * kappa d (rows n d V x i) (rows n d V x j)).
  { intros. unfold kappa, kappa2pi, p, q, dot. field. lra. }
  assert (R1 : forall i, (i < n)%nat -> forall a, rows n d V x i a = unflat d x i a).
  { intros i Hi a. unfold rows. destruct (Nat.ltb_spec i n); [reflexivity|lia]. }
  assert (R2 : forall i a, rows n d V x (n + i)%nat a = V i a).
  { intros i a. unfold rows. destruct (Nat.ltb_spec (n + i) n); [lia|]. f_equal. lia. }
  assert (S1 : forall i, (i < n)%nat -> sgn n i = 1) by (intros; apply sgn1; assumption).
  assert (S2 : forall i, sgn n (n + i) = -1). { intros. unfold sgn. destruct (Nat.leb_spec n (n + i)); [reflexivity|lia]. }
  unfold loss2pi. rewrite sum_app.
  set (a := sum n (fun i => sum n (fun j => kappa d (unflat d x i) (unflat d x j)))).
  set (b := sum n (fun i => sum k (fun j => kappa d (unflat d x i) (V j)))).
  set (c := sum k (fun i => sum k (fun j => kappa d (V i) (V j)))).
  rewrite (sum_ext n _ (fun i => 2 * PI * sum n (fun j => kappa d (unflat d x i) (unflat d x j)) + - (2 * PI) * sum k (fun j => kappa d (unflat d x i) (V j)))).
  2: { intros i Hi. rewrite sum_app, <- !sum_scal. f_equal; apply sum_ext; intros j Hj.
    - rewrite T, !S1 by assumption. rewrite (kappa_ext d _ (unflat d x i) _ (unflat d x j)) by (intros; apply R1; assumption). ring.
    - rewrite T, S1, S2 by assumption. rewrite (kappa_ext d _ (unflat d x i) _ (V j)) by (intros; first [apply R1; assumption|apply R2]). ring. }
  rewrite (sum_ext k _ (fun i => - (2 * PI) * sum n (fun j => kappa d (unflat d x j) (V i)) + 2 * PI * sum k (fun j => kappa d (V i) (V j)))).
  2: { intros i Hi. rewrite sum_app, <- !sum_scal. f_equal; apply sum_ext; intros j Hj.
    - rewrite T, S2, S1 by assumption. rewrite (kappa_ext d _ (V i) _ (unflat d x j)) by (intros; first [apply R1; assumption|apply R2]). rewrite kappa_sym. ring.
    - rewrite T, !S2. rewrite (kappa_ext d _ (V i) _ (V j)) by (intros; apply R2). ring. }
  rewrite !sum_plus, !sum_scal. rewrite (sum_swap k n (fun i j => kappa d (unflat d x j) (V i))).
  unfold F. fold a b c. field.
Qed.

Lemma F_teacher n d V : F n n d V V = 0.
Proof. unfold F. field. Qed.

Lemma distance_flat n d W x : distance2 n d W (unflat d x) = dist2 (n * d) (flat d W) x.
Proof.
  unfold distance2, dist2. rewrite sum_flat. apply sum_ext. intros i Hi. apply sum_ext. intros a Ha.
  unfold flat, unflat. rewrite div_flat, mod_flat by exact Ha. reflexivity.
Qed.

Theorem bridge n d V (W : vec) :
  (exists r, 0 < r /\ forall y, 0 < dist2 (n * d) y W <= r -> loss2pi n n d V W < loss2pi n n d V y) ->
  0 < loss2pi n n d V W ->
  spurious_local_minimum n d (F n n d V) (unflat d W).
Proof.
  intros (r & Hr & H) Hp. assert (HPI := PI_RGT_0). split.
  - exists r. split; [exact Hr|]. intros W' HW. rewrite distance_flat in HW. specialize (H _ HW).
    rewrite !loss_F in H. apply Rmult_lt_reg_l with (2 * PI); [lra|].
    apply Rlt_le_trans with (1 := H). right. f_equal. apply F_ext. intros i a Hi Ha. unfold unflat, flat.
    rewrite div_flat, mod_flat by exact Ha. reflexivity.
  - exists V. rewrite F_teacher. rewrite loss_F in Hp. apply Rmult_lt_reg_l with (2 * PI); lra.
Qed.
Lemma F_ext_V n k d V V' W : (forall i a, (i < k)%nat -> (a < d)%nat -> V i a = V' i a) -> F n k d V W = F n k d V' W.
Proof.
  intros H. unfold F.
  assert (E1 : sum n (fun i => sum k (fun j => kappa d (W i) (V j))) = sum n (fun i => sum k (fun j => kappa d (W i) (V' j)))).
  { apply sum_ext. intros. apply sum_ext. intros. apply kappa_ext; intros; [reflexivity|apply H; assumption]. }
  assert (E2 : sum k (fun i => sum k (fun j => kappa d (V i) (V j))) = sum k (fun i => sum k (fun j => kappa d (V' i) (V' j)))).
  { apply sum_ext. intros. apply sum_ext. intros. apply kappa_ext; intros; apply H; assumption. }
  rewrite E1, E2. reflexivity.
Qed.
