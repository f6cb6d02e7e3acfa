(* 2 pi F as a function of the n d entries of the student in one row: its gradient and the quadratic form of its Hessian
   are those of Derivatives.v, along every line on which no pair of neurons is parallel and no neuron is zero (lemmas
   gradient_along and hessian_along).  First: the double sums of Lines.v are these (lemmas grad_form and hess_form). *)
From Coq Require Import Reals PeanoNat.
From Coquelicot Require Import Coquelicot.
From Coq Require Import Lra Lia Psatz.
From Landscape Require Import Statement StrictMinimum Derivatives Definiteness Lines.
Local Open Scope R_scope.

Lemma sum_app n k f : sum (n + k) f = sum n f + sum k (fun i => f (n + i)%nat).
Proof. induction k. { rewrite Nat.add_0_r. simpl. ring. } rewrite Nat.add_succ_r. simpl. rewrite IHk. ring. Qed.
Lemma sum_flat n d f : sum (n * d) f = sum n (fun i => sum d (fun a => f (i * d + a)%nat)).
Proof. induction n; [reflexivity|]. simpl. rewrite Nat.add_comm, sum_app, IHn. reflexivity. Qed.
Lemma div_flat i d a : (a < d)%nat -> ((i * d + a) / d = i)%nat.
Proof. intros H. rewrite Nat.div_add_l by lia. rewrite Nat.div_small by exact H. lia. Qed.
Lemma mod_flat i d a : (a < d)%nat -> ((i * d + a) mod d = a)%nat.
Proof. intros H. rewrite Nat.add_comm, Nat.mod_add by lia. apply Nat.mod_small, H. Qed.
Lemma bil d c f g : sum d (fun a => sum d (fun b => c * (f a * g b))) = c * (sum d f * sum d g).
Proof. rewrite sum_mult, <- sum_scal. apply sum_ext. intros. apply sum_scal. Qed.
Lemma others_scal n k i f c : others n k i f * c = others n k i (fun j => f j * c).
Proof.
  unfold others. rewrite Rmult_comm, <- sum_scal. apply sum_ext. intros. unfold signed.
  destruct (Nat.eqb i0 i); [ring|]. destruct (Nat.leb n i0); ring.
Qed.
Lemma others_sum n k i d f : sum d (fun a => others n k i (fun j => f j a)) = others n k i (fun j => sum d (f j)).
Proof.
  unfold others. rewrite sum_swap. apply sum_ext. intros j _. destruct (Nat.eqb j i).
  - apply sum_zero. reflexivity.
  - unfold signed. destruct (Nat.leb n j); [|reflexivity].
    transitivity (sum d (fun a => -1 * f j a)). { apply sum_ext. intros; ring. } rewrite sum_scal. ring.
Qed.
Lemma others_ext n k i f g : (forall j, j <> i -> f j = g j) -> others n k i f = others n k i g.
Proof. intros H. apply sum_ext. intros j _. destruct (Nat.eqb_spec j i); [reflexivity|]. rewrite H by assumption. reflexivity. Qed.

Section Forms.
Variables n k d : nat.
Variable V : nat -> nat -> R.
Let N := (n + k)%nat.
Variables x D : vec.
Variable t : R.
Let U := rows n d V (lin x D t).
Let Dm := dirs n d D.
Notation Y i j := (Y n d V x D i j t).
Notation e i j := (e n d D i j).

Lemma fold_Y i j : sum d (fun a => U j a * Dm i a) = Y i j.
Proof. unfold Lines.Y. apply sum_ext. intros. unfold U, Dm. ring. Qed.

Lemma sgn1 i : (i < n)%nat -> sgn n i = 1.
Proof. intros. unfold sgn. destruct (Nat.leb_spec n i); [lia|reflexivity]. Qed.

Lemma grad_row i : (i < n)%nat ->
  sum d (fun a => gradU n k d U i a * Dm i a) = sum N (fun j => Gt n d V x D i j t).
Proof.
  intros Hi.
  transitivity (M n k d U i * Y i i + others n k i (fun j => ob d U i j * Y i j)).
  { rewrite <- fold_Y, <- sum_scal.
    transitivity (sum d (fun a => M n k d U i * (U i a * Dm i a)) + sum d (fun a => others n k i (fun j => ob d U i j * (U j a * Dm i a)))).
    - rewrite <- sum_plus. apply sum_ext. intros a _. unfold gradU. rewrite Rmult_plus_distr_r, others_scal.
      f_equal; [ring|]. apply others_ext. intros; ring.
    - f_equal. rewrite (others_sum n k i d (fun j a => ob d U i j * (U j a * Dm i a))). apply others_ext. intros j _. rewrite sum_scal, fold_Y. reflexivity. }
  transitivity (sum N (fun j => delta i j (PI * Y i i) +
     (if Nat.eqb j i then 0 else signed (Nat.leb n j) (A d U i j * (/ p d U i * Y i i))) +
     (if Nat.eqb j i then 0 else signed (Nat.leb n j) (ob d U i j * Y i j)))).
  - rewrite !sum_plus. rewrite (sum_delta N i (fun j => PI * Y i i)) by (unfold N; lia).
    change (sum N (fun j => if Nat.eqb j i then 0 else signed (Nat.leb n j) (A d U i j * (/ p d U i * Y i i))))
      with (others n k i (fun j => A d U i j * (/ p d U i * Y i i))).
    rewrite <- others_scal. change (sum N (fun j => if Nat.eqb j i then 0 else signed (Nat.leb n j) (ob d U i j * Y i j)))
      with (others n k i (fun j => ob d U i j * Y i j)).
    unfold M, Rdiv. change (others n k i (fun j => A d U i j)) with (others n k i (A d U i)). ring.
  - apply sum_ext. intros j Hj. unfold Gt, delta, ob. rewrite (Nat.eqb_sym j i), (sgn1 i Hi).
    destruct (Nat.eqb_spec i j) as [->|Hn].
    + destruct (Nat.ltb_spec j n); [ring|lia].
    + change (Ar n d V x D i j t) with (A d U i j). change (P n d V x D i t) with (p d U i).
      change (O n d V x D i j t) with (PI / 2 + atan (q d U i j / A d U i j)).
      unfold signed, sgn, Rdiv. destruct (Nat.leb n j); ring.
Qed.

Lemma grad_form :
  dotp (n * d) (fun r => gradU n k d U (r / d)%nat (r mod d)%nat) D = sum N (fun i => sum N (fun j => Gt n d V x D i j t)).
Proof.
  unfold dotp. rewrite sum_flat. unfold N. rewrite (sum_app n k).
  rewrite (sum_zero k).
  2: { intros i _. apply sum_zero. intros j _. unfold Gt. rewrite !(Y0 n k d V x D (n + i)) by lia.
    destruct (Nat.eqb (n + i) j); [destruct (Nat.ltb_spec (n + i) n); [lia|reflexivity]|unfold Rdiv; ring]. }
  rewrite Rplus_0_r. apply sum_ext. intros i Hi. fold N. rewrite <- grad_row by exact Hi.
  apply sum_ext. intros a Ha. rewrite div_flat, mod_flat by exact Ha. unfold Dm, dirs.
  destruct (Nat.ltb_spec i n); [reflexivity|lia].
Qed.

Lemma diag_form i : sum d (fun a => sum d (fun b => diag n k d U i a b * (Dm i a * Dm i b))) =
  M n k d U i * e i i + others n k i (fun j => (Y i j - q d U i j / p d U i * Y i i)^2 / A d U i j)
   - others n k i (fun j => A d U i j) / (p d U i * p d U i) * (Y i i)^2.
Proof.
  transitivity (sum d (fun a => sum d (fun b => delta a b (M n k d U i * (Dm i a * Dm i b)) +
     others n k i (fun j => / A d U i j * ((z d U i j a * Dm i a) * (z d U i j b * Dm i b))) +
     - (others n k i (fun j => A d U i j) / (p d U i * p d U i)) * ((U i a * Dm i a) * (U i b * Dm i b))))).
  { apply sum_ext. intros a _. apply sum_ext. intros b _. unfold diag.
    rewrite (others_ext n k i (fun j => / A d U i j * ((z d U i j a * Dm i a) * (z d U i j b * Dm i b))) (fun j => z d U i j a * z d U i j b / A d U i j * (Dm i a * Dm i b))) by (intros; unfold Rdiv; ring).
    rewrite <- others_scal. unfold delta. destruct (Nat.eqb a b); ring. }
  rewrite (sum_ext d _ (fun a => M n k d U i * (Dm i a * Dm i a) +
     others n k i (fun j => sum d (fun b => / A d U i j * ((z d U i j a * Dm i a) * (z d U i j b * Dm i b)))) +
     sum d (fun b => - (others n k i (fun j => A d U i j) / (p d U i * p d U i)) * ((U i a * Dm i a) * (U i b * Dm i b))))).
  2: { intros a Ha. rewrite !sum_plus. rewrite (sum_delta d a (fun b => M n k d U i * (Dm i a * Dm i b)) Ha).
    rewrite (others_sum n k i d (fun j b => / A d U i j * ((z d U i j a * Dm i a) * (z d U i j b * Dm i b)))). reflexivity. }
  rewrite !sum_plus, bil, sum_scal. rewrite (others_sum n k i d (fun j a => sum d (fun b => / A d U i j * ((z d U i j a * Dm i a) * (z d U i j b * Dm i b))))).
  rewrite !fold_Y.
  rewrite (others_ext n k i _ (fun j => (Y i j - q d U i j / p d U i * Y i i) ^ 2 / A d U i j)).
  2: { intros j _. rewrite (bil d (/ A d U i j) (fun a => z d U i j a * Dm i a) (fun b => z d U i j b * Dm i b)).
    assert (E : sum d (fun a => z d U i j a * Dm i a) = Y i j - q d U i j / p d U i * Y i i).
    { rewrite <- !fold_Y. transitivity (sum d (fun a => U j a * Dm i a + - (q d U i j / p d U i) * (U i a * Dm i a))).
      - apply sum_ext. intros. unfold z, rho. ring.
      - rewrite sum_plus, sum_scal. ring. }
    rewrite E. unfold Rdiv. ring. }
  unfold Lines.e. fold Dm. ring.
Qed.

Lemma off_form i j : sum d (fun a => sum d (fun b => off d U i j a b * (Dm i a * Dm j b))) =
  ob d U i j * e i j + (Y i i * Y j j + Y i j * Y j i - q d U i j / p d U i * (Y i i * Y j i)
    - q d U j i / p d U j * (Y i j * Y j j)) / A d U i j.
Proof.
  transitivity (sum d (fun a => sum d (fun b => delta a b (ob d U i j * (Dm i a * Dm j b)) +
    / A d U i j * ((U i a * Dm i a) * (U j b * Dm j b)) + / A d U i j * ((U j a * Dm i a) * (U i b * Dm j b)) +
    - (rho d U i j / A d U i j) * ((U i a * Dm i a) * (U i b * Dm j b)) +
    - (rho d U j i / A d U i j) * ((U j a * Dm i a) * (U j b * Dm j b))))).
  { apply sum_ext. intros a _. apply sum_ext. intros b _. unfold off, delta, Rdiv. destruct (Nat.eqb a b); ring. }
  rewrite (sum_ext d _ (fun a => ob d U i j * (Dm i a * Dm j a) +
    sum d (fun b => / A d U i j * ((U i a * Dm i a) * (U j b * Dm j b))) + sum d (fun b => / A d U i j * ((U j a * Dm i a) * (U i b * Dm j b))) +
    sum d (fun b => - (rho d U i j / A d U i j) * ((U i a * Dm i a) * (U i b * Dm j b))) +
    sum d (fun b => - (rho d U j i / A d U i j) * ((U j a * Dm i a) * (U j b * Dm j b))))).
  2: { intros a Ha. rewrite !sum_plus. rewrite (sum_delta d a (fun b => ob d U i j * (Dm i a * Dm j b)) Ha). reflexivity. }
  rewrite !sum_plus, !bil, sum_scal, !fold_Y. unfold Lines.e. fold Dm. unfold rho, Rdiv. ring.
Qed.

Lemma hess_row i : (i < n)%nat ->
  sum n (fun j => sum d (fun a => sum d (fun b => (if Nat.eqb i j then diag n k d U i a b else off d U i j a b) * (Dm i a * Dm j b))))
  = sum N (fun j => Ht n d V x D i j t).
Proof.
  intros Hi.
  set (h1 := fun j => A d U i j / p d U i * e i i + (Y i j - q d U i j / p d U i * Y i i)^2 / A d U i j
       - A d U i j / (p d U i * p d U i) * (Y i i)^2).
  set (h2 := fun j => if Nat.eqb i j then 0 else ob d U i j * e i j + (Y i i * Y j j + Y i j * Y j i - q d U i j / p d U i * (Y i i * Y j i)
    - q d U j i / p d U j * (Y i j * Y j j)) / A d U i j).
  transitivity (sum n (fun j => delta i j (PI * e i i + others n k i h1)) + sum n h2).
  { rewrite <- sum_plus. apply sum_ext. intros j Hj. unfold delta, h2. destruct (Nat.eqb_spec i j) as [<-|Hn].
    - rewrite diag_form, Rplus_0_r. unfold M, Rdiv.
      transitivity (PI * e i i + (others n k i (fun j => A d U i j) * (/ p d U i * e i i) +
         others n k i (fun j => (Y i j - q d U i j * / p d U i * Y i i) ^ 2 * / A d U i j) +
         others n k i (fun j => A d U i j) * (- (/ (p d U i * p d U i) * (Y i i)^2)))); [ring|].
      f_equal. rewrite !others_scal. unfold others. rewrite <- !sum_plus. apply sum_ext. intros j _.
      unfold h1, signed, Rdiv. destruct (Nat.eqb j i); [ring|]. destruct (Nat.leb n j); ring.
    - rewrite off_form. ring. }
  rewrite (sum_delta n i (fun _ => PI * e i i + others n k i h1) Hi).
  transitivity (sum N (fun j => delta i j (PI * e i i) + (if Nat.eqb j i then 0 else signed (Nat.leb n j) (h1 j)) + (if Nat.ltb j n then h2 j else 0))).
  - rewrite !sum_plus. rewrite (sum_delta N i (fun j => PI * e i i)) by (unfold N; lia).
    change (sum N (fun j => if Nat.eqb j i then 0 else signed (Nat.leb n j) (h1 j))) with (others n k i h1).
    unfold N. rewrite (sum_app n k (fun j => if Nat.ltb j n then h2 j else 0)).
    rewrite (sum_zero k). 2: { intros j _. destruct (Nat.ltb_spec (n + j) n); [lia|reflexivity]. }
    rewrite (sum_ext n (fun j => if Nat.ltb j n then h2 j else 0) h2). 2: { intros j Hj. destruct (Nat.ltb_spec j n); [reflexivity|lia]. }
    ring.
  - apply sum_ext. intros j Hj. unfold Ht, delta, h1, h2, ob. rewrite (Nat.eqb_sym j i), (sgn1 i Hi).
    destruct (Nat.eqb_spec i j) as [<-|Hn].
    + destruct (Nat.ltb_spec i n); [ring|lia].
    + change (Ar n d V x D i j t) with (A d U i j). change (P n d V x D i t) with (p d U i). change (P n d V x D j t) with (p d U j).
      change (Q n d V x D i j t) with (q d U i j).
      change (O n d V x D i j t) with (PI / 2 + atan (q d U i j / A d U i j)).
      unfold signed, sgn. destruct (Nat.leb_spec n j); destruct (Nat.ltb_spec j n); try lia.
      * rewrite (esym n d D i j), (e0 n k d D j i), !(Y0 n k d V x D j) by assumption. unfold Rdiv. ring.
      * assert (E : q d U j i = q d U i j) by (unfold q; apply sum_ext; intros; ring). rewrite E. ring.
Qed.

Lemma hess_form :
  sum (n * d) (fun r => sum (n * d) (fun s => hessU n k d U r s * (D r * D s))) = sum N (fun i => sum N (fun j => Ht n d V x D i j t)).
Proof.
  unfold N. rewrite (sum_app n k).
  rewrite (sum_zero k).
  2: { intros i _. apply sum_zero. intros j _. unfold Ht. rewrite !(Y0 n k d V x D (n + i)), (e0 n k d D (n + i) (n + i)), (e0 n k d D (n + i) j) by lia.
    destruct (Nat.eqb (n + i) j); [destruct (Nat.ltb_spec (n + i) n); [lia|reflexivity]|unfold Rdiv; ring]. }
  rewrite Rplus_0_r, sum_flat. apply sum_ext. intros i Hi. fold N. rewrite <- hess_row by exact Hi.
  rewrite (sum_swap n d (fun j a => sum d (fun b => (if Nat.eqb i j then diag n k d U i a b else off d U i j a b) * (Dm i a * Dm j b)))).
  apply sum_ext. intros a Ha. rewrite sum_flat. apply sum_ext. intros j Hj. apply sum_ext. intros b Hb.
  unfold hessU. rewrite !div_flat, !mod_flat by assumption. unfold Dm, dirs.
  destruct (Nat.ltb_spec i n); [|lia]. destruct (Nat.ltb_spec j n); [reflexivity|lia].
Qed.
End Forms.

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

(* ---- vectors and matrices: F of Statement.v is the loss of this file divided by 2 pi ---- *)
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
