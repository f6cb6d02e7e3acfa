(* Between the matrices of Statement.v and the vectors of the proofs: F of Statement.v is the loss of Lines.v divided by
   2 pi, and depends on the entries inside only. *)
From Coq Require Import Reals PeanoNat.
From Coquelicot Require Import Coquelicot.
From Coq Require Import Lra Lia.
From Landscape Require Import Statement StrictMinimum Derivatives Definiteness Lines Gradient.
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

Lemma distance_flat n d W x : distance2 n d W (unflat d x) = dist2 (n * d) (flat d W) x.
Proof.
  unfold distance2, norm2, dist2. rewrite sum_flat. apply sum_ext. intros i Hi. apply sum_ext. intros a Ha.
  unfold flat, unflat. rewrite div_flat, mod_flat by exact Ha. reflexivity.
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

Lemma distance_flats n d W X : dist2 (n * d) (flat d W) (flat d X) = distance2 n d W X.
Proof.
  unfold distance2, norm2, dist2. rewrite sum_flat. apply sum_ext. intros i Hi. apply sum_ext. intros a Ha.
  unfold flat. rewrite div_flat, mod_flat by exact Ha. reflexivity.
Qed.
Lemma loss_flat n k d V W : loss n k d V (flat d W) = 2 * PI * F n k d V W.
Proof.
  unfold loss. rewrite loss_F. f_equal. apply F_ext. intros i a Hi Ha. unfold unflat, flat.
  rewrite div_flat, mod_flat by exact Ha. reflexivity.
Qed.
Lemma loss_unflat n k d V x : loss n k d V x = 2 * PI * F n k d V (unflat d x).
Proof. apply loss_F. Qed.
Lemma norm2_flat n d E : dotp (n * d) (flat d E) (flat d E) = norm2 n d E.
Proof.
  unfold norm2, dotp. rewrite sum_flat. apply sum_ext. intros i Hi. apply sum_ext. intros a Ha.
  unfold flat. rewrite div_flat, mod_flat by exact Ha. ring.
Qed.
