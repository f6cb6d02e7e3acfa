(* "Strict local minimum" of docs/THEOREMS.md, in R^n for any function F: if the gradient at c is smaller than m rad / 2
   and the Hessian is at least m on the ball of radius rad around c, then F has a minimiser x in the open ball, its
   gradient is 0 and F c - |grad F(c)|^2 / m <= F x <= F c (theorem minimum_exists); and where the gradient is 0, the
   minimum is strict (theorem strict_where_critical).

   No multivariate calculus: only derivatives along lines.  No choice and no compactness: the minimiser is the limit
   of a Cauchy filter, the points of the ball whose value is within epsilon of the infimum. *)
From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
From Coq Require Import Lra Lia Psatz.
From Landscape Require Import Statement.
Local Open Scope R_scope.

Lemma sum_ext n f g : (forall i, (i < n)%nat -> f i = g i) -> sum n f = sum n g.
Proof. induction n; simpl; intros H; [reflexivity|]. rewrite IHn, H; auto; lia. Qed.
Lemma sum_le n f g : (forall i, (i < n)%nat -> f i <= g i) -> sum n f <= sum n g.
Proof. induction n; simpl; intros H; [lra|]. apply Rplus_le_compat; [apply IHn; intros; apply H; lia | apply H; lia]. Qed.
Lemma sum_plus n f g : sum n (fun i => f i + g i) = sum n f + sum n g.
Proof. induction n; simpl; [ring|]. rewrite IHn; ring. Qed.
Lemma sum_scal n a f : sum n (fun i => a * f i) = a * sum n f.
Proof. induction n; simpl; [ring|]. rewrite IHn; ring. Qed.
Lemma sum_nonneg n f : (forall i, (i < n)%nat -> 0 <= f i) -> 0 <= sum n f.
Proof. intros H. assert (E : sum n (fun _ => 0) = 0) by (clear; induction n; simpl; lra). rewrite <- E. apply sum_le, H. Qed.
Lemma sum_const n a : sum n (fun _ => a) = INR n * a.
Proof. induction n. simpl; ring. rewrite S_INR. simpl. rewrite IHn. ring. Qed.
Lemma sum_zero n f : (forall i, (i < n)%nat -> f i = 0) -> sum n f = 0.
Proof. intros H. rewrite (sum_ext _ _ (fun _ => 0)) by exact H. rewrite sum_const. ring. Qed.

Definition vec := nat -> R.
Definition dist2 n (x y : vec) := sum n (fun i => (x i - y i)^2).
Definition dotp n (x y : vec) := sum n (fun i => x i * y i).

Lemma dist2_nonneg n x y : 0 <= dist2 n x y.
Proof. apply sum_nonneg; intros; apply pow2_ge_0. Qed.

Lemma coord n x y i : (i < n)%nat -> (x i - y i)^2 <= dist2 n x y.
Proof.
  unfold dist2. induction n; intros Hi; [lia|].
  change (sum (S n) (fun i0 : nat => (x i0 - y i0) ^ 2)) with (sum n (fun i0 : nat => (x i0 - y i0) ^ 2) + (x n - y n)^2).
  assert (0 <= sum n (fun i0 : nat => (x i0 - y i0) ^ 2)) by (apply sum_nonneg; intros; apply pow2_ge_0).
  assert (0 <= (x n - y n)^2) by apply pow2_ge_0.
  destruct (PeanoNat.Nat.eq_dec i n) as [->|Hne]; [lra|]. specialize (IHn ltac:(lia)). lra.
Qed.

Lemma amgm a x y : 0 < a -> 2 * (x * y) <= a * x^2 + / a * y^2.
Proof.
  intros Ha. assert (H : 0 <= / a * (a * x - y)^2).
  { apply Rmult_le_pos; [left; apply Rinv_0_lt_compat, Ha | apply pow2_ge_0]. }
  replace (a * x^2 + / a * y^2) with (2 * (x * y) + / a * (a * x - y)^2); [lra | field; lra].
Qed.

Lemma dot_amgm n a x y : 0 < a -> - 2 * dotp n x y <= a * dotp n x x + / a * dotp n y y.
Proof.
  intros Ha. unfold dotp. rewrite <- !sum_scal, <- sum_plus. apply sum_le. intros i _.
  generalize (amgm a (x i) (- y i) Ha). intros. nra.
Qed.

Lemma dist2_tri n a x y z : 0 < a -> dist2 n x z <= (1 + a) * dist2 n x y + (1 + / a) * dist2 n y z.
Proof.
  intros Ha. unfold dist2. rewrite <- !sum_scal, <- sum_plus. apply sum_le. intros i _.
  generalize (amgm a (x i - y i) (y i - z i) Ha). intros.
  replace ((x i - z i)^2) with ((x i - y i)^2 + 2 * ((x i - y i) * (y i - z i)) + (y i - z i)^2) by ring. nra.
Qed.

(* Taylor to second order in one variable *)
Lemma taylor2 (g g1 g2 : R -> R) K :
  (forall t, 0 <= t <= 1 -> is_derive g t (g1 t)) ->
  (forall t, 0 <= t <= 1 -> is_derive g1 t (g2 t)) ->
  (forall t, 0 <= t <= 1 -> K <= g2 t) ->
  g 0 + g1 0 + K / 2 <= g 1.
Proof.
  intros H1 H2 H3.
  assert (A : forall t, 0 <= t <= 1 -> g1 0 + K * t <= g1 t).
  { intros t Ht. destruct (Req_dec t 0) as [->|Hn]; [lra|].
    destruct (MVT_gen g1 0 t g2) as (z & Hz & E).
    - rewrite Rmin_left, Rmax_right by lra. intros; apply H2; lra.
    - rewrite Rmin_left, Rmax_right by lra. intros s Hs. apply continuity_pt_filterlim.
      apply (ex_derive_continuous g1). exists (g2 s). apply H2; lra.
    - rewrite Rmin_left, Rmax_right in Hz by lra. specialize (H3 z). assert (K <= g2 z) by (apply H3; lra). nra. }
  destruct (MVT_gen (fun t => g t - K * t^2 / 2) 0 1 (fun t => g1 t - K * t)) as (z & Hz & E).
  - rewrite Rmin_left, Rmax_right by lra. intros t Ht.
    assert (D : is_derive g t (g1 t)) by (apply H1; lra).
    auto_derive; [exists (g1 t); exact D |].
    replace (Derive (fun x : R => g x) t) with (g1 t) by (symmetry; apply is_derive_unique; exact D). field.
  - rewrite Rmin_left, Rmax_right by lra. intros t Ht. apply continuity_pt_filterlim.
    apply (ex_derive_continuous (fun t => g t - K * t^2 / 2)).
    assert (D : is_derive g t (g1 t)) by (apply H1; lra). auto_derive. exists (g1 t); exact D.
  - rewrite Rmin_left, Rmax_right in Hz by lra. specialize (A z Hz). simpl in E. nra.
Qed.

Section StrictMinimum.
Variable n : nat.
Variable F : vec -> R.
Variable grad : vec -> vec.
Variable hess : vec -> vec -> R.   (* the quadratic form of the Hessian at x in direction d *)
Variable c : vec.
Variables rad m G : R.
Let B x := dist2 n x c <= rad^2.
Let line (x d : vec) t : vec := fun i => x i + t * d i.

Hypothesis Fext : forall x y, (forall i, (i < n)%nat -> x i = y i) -> F x = F y.
Hypothesis H1 : forall x d t, B (line x d t) -> is_derive (fun t => F (line x d t)) t (dotp n (grad (line x d t)) d).
Hypothesis H2 : forall x d t, B (line x d t) ->
  is_derive (fun t => dotp n (grad (line x d t)) d) t (hess (line x d t) d).
Hypothesis H3 : forall x d, B x -> m * dotp n d d <= hess x d.
Hypothesis H4 : dotp n (grad c) (grad c) <= G^2.
Hypothesis Hm : 0 < m.
Hypothesis HG : 0 <= G.
Hypothesis Hr : 2 * G < m * rad.

Lemma rad_pos : 0 < rad. Proof. nra. Qed.

Lemma B_convex x y t : B x -> B y -> 0 <= t <= 1 -> B (line x (fun i => y i - x i) t).
Proof.
  unfold B, line, dist2. intros Hx Hy Ht.
  apply Rle_trans with ((1 - t) * sum n (fun i => (x i - c i)^2) + t * sum n (fun i => (y i - c i)^2));
   [|assert (P1 := Rmult_le_compat_l (1 - t) _ _ ltac:(lra) Hx); assert (P2 := Rmult_le_compat_l t _ _ ltac:(lra) Hy); lra].
  rewrite <- !sum_scal, <- sum_plus. apply sum_le. intros i _.
  assert (0 <= t * (1 - t) * (x i - y i)^2) by (apply Rmult_le_pos; [apply Rmult_le_pos; lra|apply pow2_ge_0]).
  replace ((x i + t * (y i - x i) - c i)^2) with
   ((1 - t) * (x i - c i)^2 + t * (y i - c i)^2 - t * (1 - t) * (x i - y i)^2) by ring. lra.
Qed.

Let diff (y x : vec) : vec := fun i => y i - x i.

Lemma dotp_diff y x : dotp n (diff y x) (diff y x) = dist2 n y x.
Proof. unfold dotp, dist2, diff. apply sum_ext; intros; ring. Qed.

Lemma lower x y : B x -> B y -> F x + dotp n (grad x) (diff y x) + m * dist2 n y x / 2 <= F y.
Proof.
  intros Hx Hy. set (d := diff y x).
  assert (Hl : forall t, 0 <= t <= 1 -> B (line x d t)) by (intros; apply B_convex; assumption).
  generalize (taylor2 (fun t => F (line x d t)) (fun t => dotp n (grad (line x d t)) d)
    (fun t => hess (line x d t) d) (m * dist2 n y x)
    (fun t Ht => H1 x d t (Hl t Ht)) (fun t Ht => H2 x d t (Hl t Ht))).
  intros T. cbv beta in T.
  assert (E1 : F (line x d 1) = F y). { apply Fext. intros. unfold line, d, diff. ring. }
  assert (E0 : F (line x d 0) = F x). { apply Fext. intros. unfold line. ring. }
  assert (E2 : dotp n (grad (line x d 0)) d = dotp n (grad x) d).
  { f_equal. f_equal. apply FunctionalExtensionality.functional_extensionality. intro i; unfold line; ring. }
  rewrite E1, E0, E2 in T.
  apply T. intros t Ht. rewrite <- dotp_diff. apply H3, Hl, Ht.
Qed.

Definition mid (x y : vec) : vec := line x (fun i => y i - x i) (1/2).

Lemma midpoint x y : B x -> B y -> B (mid x y) /\ 2 * F (mid x y) + m / 4 * dist2 n x y <= F x + F y.
Proof.
  intros Hx Hy. assert (Hz : B (mid x y)) by (apply B_convex; auto; lra). split; [exact Hz|].
  generalize (lower _ _ Hz Hx) (lower _ _ Hz Hy). set (z := mid x y). intros L1 L2.
  assert (E : dotp n (grad z) (diff x z) + dotp n (grad z) (diff y z) = 0).
  { unfold dotp. rewrite <- sum_plus. rewrite (sum_ext _ _ (fun _ => 0)). rewrite sum_const; ring.
    intros i _. unfold diff, z, mid, line. field. }
  assert (E1 : dist2 n x z = / 4 * dist2 n x y).
  { unfold dist2. rewrite <- sum_scal. apply sum_ext; intros. unfold z, mid, line. field. }
  assert (E2 : dist2 n y z = / 4 * dist2 n x y).
  { unfold dist2. rewrite <- sum_scal. apply sum_ext; intros. unfold z, mid, line. field. }
  rewrite E1 in L1. rewrite E2 in L2. lra.
Qed.

Lemma Bc : B c.
Proof. unfold B, dist2. rewrite (sum_ext _ _ (fun _ => 0)). rewrite sum_const. nra. intros; ring. Qed.

Lemma near_c y : B y -> F c - G^2 / m + m * dist2 n y c / 4 <= F y.
Proof.
  intros Hy. generalize (lower c y Bc Hy). generalize (dot_amgm n (2 / m) (grad c) (diff y c)).
  rewrite dotp_diff. intros A L.
  assert (P : 0 < 2 / m) by (apply Rdiv_lt_0_compat; lra). specialize (A P).
  replace (/ (2 / m)) with (m / 2) in A by (field; lra).
  assert (2 / m * dotp n (grad c) (grad c) <= 2 / m * G^2) by (apply Rmult_le_compat_l; lra).
  replace (G^2 / m) with (/2 * (2 / m * G^2)) by (field; lra). lra.
Qed.

Lemma infimum : exists mu, (forall y, B y -> mu <= F y) /\ forall eps, 0 < eps -> exists y, B y /\ F y < mu + eps.
Proof.
  destruct (completeness (fun v => exists y, B y /\ v = - F y)) as (M & HM & HL).
  - exists (- (F c - G^2 / m)). intros v (y & Hy & ->). generalize (near_c y Hy) (dist2_nonneg n y c). intros. nra.
  - exists (- F c), c. split; [apply Bc|reflexivity].
  - exists (- M). split.
    + intros y Hy. assert (- F y <= M) by (apply HM; exists y; auto). lra.
    + intros eps He. apply Classical_Prop.NNPP. intros N.
      assert (M <= M - eps); [|lra]. apply HL. intros v (y & Hy & ->).
      apply Rnot_lt_le. intros L. apply N. exists y. split; [exact Hy|lra].
Qed.

Theorem minimiser : exists x, B x /\ forall y, B y -> F x <= F y.
Proof.
  destruct infimum as (mu & Hmu & Happ).
  set (A := fun eps x => B x /\ F x < mu + eps).
  assert (diam : forall eps x y, A eps x -> A eps y -> dist2 n x y <= 8 * eps / m).
  { intros eps x y (Bx & Fx) (By & Fy). destruct (midpoint x y Bx By) as (Bz & L).
    specialize (Hmu _ Bz). apply Rmult_le_reg_l with (m / 4); [lra|].
    replace (m / 4 * (8 * eps / m)) with (2 * eps) by (field; lra). lra. }
  assert (Amono : forall e e' x, e <= e' -> A e x -> A e' x) by (intros e e' x L (P & Q); split; [exact P|lra]).
  set (Phi := fun (i : nat) (P : R -> Prop) => exists eps, 0 < eps /\ forall x, A eps x -> P (x i)).
  assert (PF : forall i, ProperFilter (Phi i)).
  { intro i. constructor.
    - intros P (eps & He & H). destruct (Happ eps He) as (y & Hy). exists (y i). apply H. exact Hy.
    - constructor.
      + exists 1. split; [lra|auto].
      + intros P Q (e & He & HP) (e' & He' & HQ). exists (Rmin e e'). split; [apply Rmin_pos; auto|].
        intros x Hx. split; [apply HP | apply HQ]; (eapply Amono; [|exact Hx]); [apply Rmin_l|apply Rmin_r].
      + intros P Q I (e & He & HP). exists e. split; auto. }
  assert (CA : forall i, (i < n)%nat -> cauchy (Phi i)).
  { intros i Hi eps. set (e := m * eps^2 / 16).
    assert (He : 0 < e). { unfold e. generalize (cond_pos eps). intros. apply Rdiv_lt_0_compat; [|lra]. apply Rmult_lt_0_compat; [lra|apply pow_lt; lra]. }
    destruct (Happ e He) as (y & Hy). exists (y i). exists e. split; [exact He|]. intros x Hx.
    assert (D := diam e x y Hx Hy). assert (C := coord n x y i Hi).
    unfold e in D. replace (8 * (m * eps^2 / 16) / m) with (eps^2 / 2) in D by (field; lra).
    change (Rabs (x i - y i) < eps). generalize (cond_pos eps). intros.
    assert (Q : (x i - y i)^2 <= eps^2 / 2) by lra. assert (0 < eps^2) by (apply pow_lt; lra).
    rewrite <- (Rabs_pos_eq eps) by lra. apply Rsqr_lt_abs_0. unfold Rsqr. lra. }
  set (xs := fun i => lim (Phi i)).
  assert (conv : forall k, (k <= n)%nat -> forall eps, 0 < eps -> exists e, 0 < e /\ forall x, A e x -> forall i, (i < k)%nat -> (x i - xs i)^2 <= eps).
  { induction k; intros Hk eps He. { exists 1. split; [lra|]. intros; lia. }
    destruct (IHk ltac:(lia) eps He) as (e1 & He1 & C1).
    assert (Hs : 0 < sqrt eps) by (apply sqrt_lt_R0, He).
    destruct (complete_cauchy (Phi k) (PF k) (CA k ltac:(lia)) (mkposreal _ Hs)) as (e2 & He2 & C2).
    exists (Rmin e1 e2). split; [apply Rmin_pos; auto|]. intros x Hx i Hi.
    destruct (PeanoNat.Nat.eq_dec i k) as [->|Hne].
    - assert (Hb : ball (lim (Phi k)) (sqrt eps) (x k)) by (apply C2; eapply Amono; [apply Rmin_r|exact Hx]).
      change (Rabs (x k - xs k) < sqrt eps) in Hb. generalize (sqrt_sqrt eps (Rlt_le _ _ He)). intros S.
      apply Rabs_def2 in Hb. nra.
    - apply C1; [eapply Amono; [apply Rmin_l|exact Hx]|lia]. }
  assert (conv2 : forall eps, 0 < eps -> exists e, 0 < e /\ forall x, A e x -> dist2 n x xs <= eps).
  { intros eps He. assert (Pn : 0 < INR n + 1) by (generalize (pos_INR n); lra).
    destruct (conv n (le_n _) (eps / (INR n + 1))) as (e & He1 & C). { apply Rdiv_lt_0_compat; lra. }
    exists e. split; [exact He1|]. intros x Hx. unfold dist2.
    apply Rle_trans with (sum n (fun _ => eps / (INR n + 1))). { apply sum_le. intros i Hi. apply (C x Hx i Hi). }
    rewrite sum_const. apply Rmult_le_reg_r with (INR n + 1); [lra|].
    replace (INR n * (eps / (INR n + 1)) * (INR n + 1)) with (INR n * eps) by (field; lra). nra. }
  assert (Bxs : B xs).
  { apply Rnot_lt_le. intros N. set (D := dist2 n xs c) in *. generalize rad_pos; intros Hrp.
    set (a := (D - rad^2) / (4 * rad^2)).
    assert (Ha : 0 < a) by (apply Rdiv_lt_0_compat; nra).
    assert (Hia : 0 < / a) by (apply Rinv_0_lt_compat, Ha).
    set (eps := (D - rad^2) / 4 / (1 + / a)).
    assert (He : 0 < eps). { repeat apply Rdiv_lt_0_compat; lra. }
    destruct (conv2 eps He) as (e & He1 & C). destruct (Happ e He1) as (x & Hx).
    specialize (C x Hx). destruct Hx as (Bx & _). unfold B in Bx.
    assert (T := dist2_tri n (/ a) xs x c Hia).
    rewrite Rinv_inv in T.
    assert (S : dist2 n xs x = dist2 n x xs) by (apply sum_ext; intros; ring). rewrite S in T.
    assert ((1 + / a) * dist2 n x xs <= (1 + / a) * eps) by (apply Rmult_le_compat_l; lra).
    assert ((1 + / a) * eps = (D - rad^2) / 4) by (unfold eps; field; lra).
    assert ((1 + a) * dist2 n x c <= (1 + a) * rad^2) by (apply Rmult_le_compat_l; lra).
    assert (a * rad^2 = (D - rad^2) / 4) by (unfold a; field; lra).
    fold D in T. lra. }
  exists xs. split; [exact Bxs|]. intros y By. apply Rle_trans with mu; [|apply Hmu, By].
  apply Rnot_lt_le. intros N. set (gg := dotp n (grad xs) (grad xs)).
  assert (Hgg : 0 <= gg) by (apply sum_nonneg; intros; nra).
  set (del := F xs - mu). assert (Hd : 0 < del) by (unfold del; lra).
  set (a := del / 4 / (gg + 1)). assert (Ha : 0 < a) by (repeat apply Rdiv_lt_0_compat; lra).
  assert (Hia : 0 < / a) by (apply Rinv_0_lt_compat, Ha).
  destruct (conv2 (a * del / 4)) as (e & He & C). { apply Rdiv_lt_0_compat; [nra|lra]. }
  destruct (Happ (Rmin e (del / 4))) as (x & Hx). { apply Rmin_pos; lra. }
  assert (Cx := C x (Amono _ _ _ (Rmin_l _ _) Hx)). destruct Hx as (Bx & Fx).
  assert (Fx' : F x < mu + del / 4) by (generalize (Rmin_r e (del/4)); lra).
  generalize (lower xs x Bxs Bx) (dot_amgm n a (grad xs) (diff x xs) Ha) (dist2_nonneg n x xs).
  rewrite dotp_diff. fold gg. intros L T P.
  assert (a * gg <= del / 4). { unfold a. apply Rmult_le_reg_r with (gg + 1); [lra|].
    replace (del / 4 / (gg + 1) * gg * (gg + 1)) with (del / 4 * gg) by (field; lra). apply Rmult_le_compat_l; lra. }
  assert (/ a * dist2 n x xs <= / a * (a * del / 4)) by (apply Rmult_le_compat_l; lra).
  replace (/ a * (a * del / 4)) with (del / 4) in * by (field; lra).
  assert (0 <= m * dist2 n x xs / 2) by (repeat apply Rmult_le_pos; lra).
  unfold del in *. lra.
Qed.

Lemma interior x : dist2 n x c < rad^2 -> exists r, 0 < r /\ forall y, dist2 n y x <= r -> B y.
Proof.
  set (D := dist2 n x c). intros HD. assert (Hrp := rad_pos).
  assert (HD0 := dist2_nonneg n x c). fold D in HD0.
  set (a := (rad^2 - D) / (4 * rad^2)).
  assert (Ha : 0 < a) by (apply Rdiv_lt_0_compat; nra).
  assert (Hia : 0 < / a) by (apply Rinv_0_lt_compat, Ha).
  exists ((rad^2 - D) / 4 / (1 + / a)). split; [repeat apply Rdiv_lt_0_compat; lra|].
  intros y Hl. unfold B.
  assert (T := dist2_tri n (/ a) y x c Hia). rewrite Rinv_inv in T. fold D in T.
  assert ((1 + / a) * dist2 n y x <= (rad^2 - D) / 4).
  { apply Rle_trans with ((1 + / a) * ((rad ^ 2 - D) / 4 / (1 + / a))); [apply Rmult_le_compat_l; lra|].
    right. field. lra. }
  assert (a * rad^2 = (rad^2 - D) / 4) by (unfold a; field; lra).
  assert (a * D <= a * rad^2) by (apply Rmult_le_compat_l; lra).
  lra.
Qed.

Lemma critical x : dist2 n x c < rad^2 -> (forall y, B y -> F x <= F y) -> forall d, dotp n (grad x) d = 0.
Proof.
  intros HD Hmin d. destruct (interior x HD) as (r & Hr0 & HB).
  assert (L0 : line x d 0 = x).
  { apply FunctionalExtensionality.functional_extensionality. intro i. unfold line. ring. }
  assert (Bx : B (line x d 0)) by (rewrite L0; unfold B; lra).
  assert (H := H1 x d 0 Bx). rewrite L0 in H.
  assert (dd := dist2_nonneg n d (fun _ => 0)).
  set (q := dist2 n d (fun _ => 0)) in dd.
  set (s := sqrt (r / (q + 1))).
  assert (Hq : 0 < r / (q + 1)) by (apply Rdiv_lt_0_compat; lra).
  assert (Hs : 0 < s) by (apply sqrt_lt_R0, Hq).
  assert (Ss : s * s = r / (q + 1)) by (apply sqrt_sqrt; lra).
  apply is_derive_Reals in H.
  apply (deriv_minimum (fun t => F (line x d t)) (- s) s 0 (exist _ _ H)); [lra|lra|].
  intros t T1 T2. rewrite L0. apply Hmin, HB.
  replace (dist2 n (line x d t) x) with (t^2 * q).
  2: { unfold q, dist2. rewrite <- sum_scal. apply sum_ext. intros. unfold line. ring. }
  assert (t^2 <= s * s) by nra.
  apply Rle_trans with (s * s * q); [apply Rmult_le_compat_r; lra|]. rewrite Ss.
  apply Rmult_le_reg_r with (q + 1); [lra|].
  replace (r / (q + 1) * q * (q + 1)) with (r * q) by (field; lra). nra.
Qed.

Theorem minimum_exists : exists x, dist2 n x c < rad^2 /\ F c - G^2 / m <= F x <= F c /\
  forall d, dotp n (grad x) d = 0.
Proof.
  destruct minimiser as (x & Bx & Hmin). exists x.
  assert (Dx : dist2 n x c <= 4 * G^2 / m^2).
  { generalize (near_c x Bx) (Hmin c Bc). intros L1 L2.
    apply Rmult_le_reg_l with (m / 4); [lra|].
    replace (m / 4 * (4 * G^2 / m^2)) with (G^2 / m) by (field; lra). lra. }
  assert (Dr : dist2 n x c < rad^2).
  { apply Rle_lt_trans with (1 := Dx). apply Rmult_lt_reg_r with (m^2); [nra|].
    replace (4 * G^2 / m^2 * m^2) with ((2*G)^2) by (field; lra). nra. }
  split; [exact Dr|]. split; [split; [|exact (Hmin c Bc)]|exact (critical x Dr Hmin)].
  generalize (near_c x Bx) (dist2_nonneg n x c). intros. nra.
Qed.
End StrictMinimum.

Theorem strict_where_critical n F grad hess c rad m :
  (forall x y, (forall i, (i < n)%nat -> x i = y i) -> F x = F y) ->
  (forall x d t, dist2 n (fun i => x i + t * d i) c <= rad^2 ->
     is_derive (fun t => F (fun i => x i + t * d i)) t (dotp n (grad (fun i => x i + t * d i)) d)) ->
  (forall x d t, dist2 n (fun i => x i + t * d i) c <= rad^2 ->
     is_derive (fun t => dotp n (grad (fun i => x i + t * d i)) d) t (hess (fun i => x i + t * d i) d)) ->
  (forall x d, dist2 n x c <= rad^2 -> m * dotp n d d <= hess x d) ->
  0 < m -> 0 < rad -> (forall d, dotp n (grad c) d = 0) ->
  exists r, 0 < r /\ forall y, 0 < dist2 n y c <= r -> F c < F y.
Proof.
  intros Fext D1 D2 D3 Hm Hr H0. exists (rad^2). split; [apply pow_lt, Hr|]. intros y (Hp & Hl).
  assert (Bc' : dist2 n c c <= rad^2).
  { unfold dist2. rewrite (sum_ext _ _ (fun _ => 0)) by (intros; ring). rewrite sum_const. nra. }
  assert (L := lower n F grad hess c rad m Fext D1 D2 D3 c y Bc' Hl). cbv zeta in L. rewrite H0 in L.
  assert (0 < m * dist2 n y c / 2) by (apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat|]; lra). lra.
Qed.

Theorem one_critical n F grad hess c rad m x y :
  (forall x y, (forall i, (i < n)%nat -> x i = y i) -> F x = F y) ->
  (forall x d t, dist2 n (fun i => x i + t * d i) c <= rad^2 ->
     is_derive (fun t => F (fun i => x i + t * d i)) t (dotp n (grad (fun i => x i + t * d i)) d)) ->
  (forall x d t, dist2 n (fun i => x i + t * d i) c <= rad^2 ->
     is_derive (fun t => dotp n (grad (fun i => x i + t * d i)) d) t (hess (fun i => x i + t * d i) d)) ->
  (forall x d, dist2 n x c <= rad^2 -> m * dotp n d d <= hess x d) ->
  0 < m -> dist2 n x c <= rad^2 -> dist2 n y c <= rad^2 ->
  (forall d, dotp n (grad x) d = 0) -> (forall d, dotp n (grad y) d = 0) ->
  forall i, (i < n)%nat -> x i = y i.
Proof.
  intros Fext D1 D2 D3 Hm Bx By Hx Hy i Hi.
  assert (L1 := lower n F grad hess c rad m Fext D1 D2 D3 x y Bx By). cbv zeta in L1. rewrite Hx in L1.
  assert (L2 := lower n F grad hess c rad m Fext D1 D2 D3 y x By Bx). cbv zeta in L2. rewrite Hy in L2.
  assert (S : dist2 n y x = dist2 n x y) by (apply sum_ext; intros; ring). rewrite S in L1.
  assert (P := dist2_nonneg n x y). assert (C := coord n x y i Hi).
  assert (Z : dist2 n x y = 0) by nra. rewrite Z in C. nra.
Qed.
