(* The Hessian of Derivatives.v depends continuously on the student: where it is at least m > 0, it is at least m / 2 on
   some ball.  So a critical point where it is at least m is a strict local minimum (theorem strict_minimum). *)
From Coq Require Import Reals PeanoNat.
From Coquelicot Require Import Coquelicot.
From Coq Require Import Lra Lia.
From Landscape Require Import Statement StrictMinimum Derivatives Definiteness Lines Gradient.
Local Open Scope R_scope.

Section Near.
Variable n : nat.
Variable c : vec.
(* what holds at all points near c *)
Definition near (P : vec -> Prop) := exists r, 0 < r /\ forall y, dist2 n y c <= r -> P y.
Lemma dist2_self : dist2 n c c = 0.
Proof. unfold dist2. rewrite (sum_ext _ _ (fun _ => 0)) by (intros; ring). rewrite sum_const. ring. Qed.
Global Instance near_filter : ProperFilter near.
Proof.
  constructor.
  - intros P (r & Hr & H). exists c. apply H. rewrite dist2_self. lra.
  - constructor.
    + exists 1. split; [lra|auto].
    + intros P Q (r & Hr & HP) (s & Hs & HQ). exists (Rmin r s). split; [apply Rmin_pos; assumption|].
      intros y Hy. split; [apply HP|apply HQ]; apply Rle_trans with (1 := Hy); [apply Rmin_l|apply Rmin_r].
    + intros P Q I (r & Hr & HP). exists r. split; [exact Hr|auto].
Qed.
Lemma near_all k (P : nat -> vec -> Prop) : (forall i, (i < k)%nat -> near (P i)) -> near (fun y => forall i, (i < k)%nat -> P i y).
Proof.
  induction k; intros H. { exists 1. split; [lra|]. intros; lia. }
  apply (filter_imp (fun y => (forall i, (i < k)%nat -> P i y) /\ P k y)).
  - intros y (A1 & A2) i Hi. destruct (Nat.eq_dec i k) as [->|Hn]; [exact A2|apply A1; lia].
  - apply filter_and; [apply IHk; intros; apply H; lia|apply H; lia].
Qed.

Definition cont (f : vec -> R) := filterlim f near (locally (f c)).
Lemma cont_ext f g : (forall y, f y = g y) -> cont f -> cont g.
Proof. intros E H. unfold cont. rewrite <- E. apply (filterlim_ext f); assumption. Qed.
Lemma cont_const a : cont (fun _ => a).
Proof. apply filterlim_const. Qed.
Lemma cont_coord i : (i < n)%nat -> cont (fun y => y i).
Proof.
  intros Hi P (eps & HP). assert (He := cond_pos eps). exists ((eps / 2)^2). split; [apply pow_lt; lra|].
  intros y Hy. apply HP. change (Rabs (y i - c i) < eps).
  assert (Q : (y i - c i)^2 <= (eps / 2)^2).
  { apply Rle_trans with (2 := Hy). apply coord, Hi. }
  revert Q. generalize (y i - c i). intros z Q. apply Rabs_def1; apply Rnot_le_lt; intro; nra.
Qed.
Lemma cont_comp g f : cont f -> continuous g (f c) -> cont (fun y => g (f y)).
Proof. intros Hf Hg. exact (filterlim_comp _ _ _ f g _ _ _ Hf Hg). Qed.
Lemma cont_plus f g : cont f -> cont g -> cont (fun y => f y + g y).
Proof. intros Hf Hg. exact (filterlim_comp_2 f g Rplus Hf Hg (filterlim_plus (f c) (g c))). Qed.
Lemma cont_mult f g : cont f -> cont g -> cont (fun y => f y * g y).
Proof. intros Hf Hg. exact (filterlim_comp_2 f g Rmult Hf Hg (filterlim_mult (f c) (g c))). Qed.
Lemma cont_opp f : cont f -> cont (fun y => - f y).
Proof. intros Hf. exact (cont_comp Ropp f Hf (filterlim_opp (f c))). Qed.
Lemma cont_minus f g : cont f -> cont g -> cont (fun y => f y - g y).
Proof. intros Hf Hg. apply cont_plus; [exact Hf|apply cont_opp, Hg]. Qed.
Lemma cont_inv f : cont f -> f c <> 0 -> cont (fun y => / f y).
Proof. intros Hf H0. apply (cont_comp Rinv); [exact Hf|]. apply continuous_Rinv, H0. Qed.
Lemma cont_div f g : cont f -> cont g -> g c <> 0 -> cont (fun y => f y / g y).
Proof. intros Hf Hg H0. apply cont_mult; [exact Hf|apply cont_inv; assumption]. Qed.
Lemma cont_sum k f : (forall i, (i < k)%nat -> cont (f i)) -> cont (fun y => sum k (fun i => f i y)).
Proof.
  induction k; intros H; simpl; [apply cont_const|].
  apply cont_plus; [apply IHk; intros; apply H; lia|apply H; lia].
Qed.
Lemma near_positive f : cont f -> 0 < f c -> near (fun y => 0 < f y).
Proof. intros Hf H0. exact (Hf (fun z => 0 < z) (open_gt 0 _ H0)). Qed.
Lemma near_close f eps : cont f -> 0 < eps -> near (fun y => Rabs (f y - f c) <= eps).
Proof.
  intros Hf He. apply (filter_imp (fun y => Rabs (f y - f c) < eps)); [intros; lra|].
  exact (Hf (fun z => Rabs (z - f c) < eps) (locally_ball (f c) (mkposreal eps He))).
Qed.
Lemma near_on_line D P : near P -> locally 0 (fun t => P (lin c D t)).
Proof.
  intros (r & Hr & HP). set (q := dotp n D D).
  assert (Hq : 0 <= q) by (apply sum_nonneg; intros; nra).
  assert (Hrq : 0 < r / (q + 1)) by (apply Rdiv_lt_0_compat; lra).
  assert (Hs : 0 < sqrt (r / (q + 1))) by (apply sqrt_lt_R0, Hrq).
  assert (Ss : sqrt (r / (q + 1)) * sqrt (r / (q + 1)) = r / (q + 1)) by (apply sqrt_sqrt; lra).
  exists (mkposreal _ Hs). intros t Ht. change (Rabs (t - 0) < sqrt (r / (q + 1))) in Ht.
  rewrite Rminus_0_r in Ht. apply Rabs_def2 in Ht. apply HP.
  replace (dist2 n (lin c D t) c) with (t^2 * q).
  2: { unfold q, dist2, dotp. rewrite <- sum_scal. apply sum_ext. intros. unfold lin. ring. }
  assert (t^2 <= r / (q + 1)) by nra.
  apply Rle_trans with (r / (q + 1) * q); [apply Rmult_le_compat_r; lra|].
  apply Rmult_le_reg_r with (q + 1); [lra|].
  replace (r / (q + 1) * q * (q + 1)) with (r * q) by (field; lra). nra.
Qed.
End Near.

Section Hessian.
Variables n k d : nat.
Variable V : nat -> nat -> R.
Variable x : vec.
Notation U y := (rows n d V y).
Notation cont := (cont (n * d) x).
Notation near := (near (n * d) x).
Hypothesis Hr : regular n k d V x.

Lemma cont_rows i a : (a < d)%nat -> cont (fun y => U y i a).
Proof.
  intros Ha. unfold rows. destruct (Nat.ltb_spec i n); [apply cont_coord; nia|apply cont_const].
Qed.
Lemma cont_q i j : cont (fun y => q d (U y) i j).
Proof. apply cont_sum. intros a Ha. apply cont_mult; apply cont_rows, Ha. Qed.
Lemma cont_p i : cont (fun y => p d (U y) i).
Proof. apply (cont_q i i). Qed.
Lemma cont_A i j : cont (fun y => A d (U y) i j).
Proof.
  apply (cont_comp _ _ sqrt); [|apply continuous_sqrt]. apply cont_minus; apply cont_mult; first [apply cont_p|apply cont_q].
Qed.
Lemma A_positive i j : (i < n)%nat -> (j < n + k)%nat -> i <> j -> A d (U x) i j <> 0.
Proof. intros Hi Hj Hn. apply Rgt_not_eq, sqrt_lt_R0, (proj1 Hr); assumption. Qed.
Lemma p_positive i : (i < n + k)%nat -> p d (U x) i <> 0.
Proof. intros Hi. apply Rgt_not_eq, (proj2 Hr), Hi. Qed.
Lemma cont_ob i j : (i < n)%nat -> (j < n + k)%nat -> cont (fun y => ob d (U y) i j).
Proof.
  intros Hi Hj. unfold ob. destruct (Nat.eqb_spec i j); [apply cont_const|]. apply cont_plus; [apply cont_const|].
  apply (cont_comp _ _ atan); [|apply continuous_atan]. apply cont_div; [apply cont_q|apply cont_A|apply A_positive; assumption].
Qed.
Lemma cont_others i f : (forall j, (j < n + k)%nat -> j <> i -> cont (fun y => f y j)) -> cont (fun y => others n k i (f y)).
Proof.
  intros H. apply (cont_sum _ _ (n + k) (fun j y => if Nat.eqb j i then 0 else signed (Nat.leb n j) (f y j))).
  intros j Hj. destruct (Nat.eqb_spec j i); [apply cont_const|]. unfold signed.
  destruct (Nat.leb n j); [apply cont_minus; [apply cont_const|]|]; apply H; assumption.
Qed.
Lemma cont_rho i j : (i < n + k)%nat -> cont (fun y => rho d (U y) i j).
Proof. intros Hi. apply cont_div; [apply cont_q|apply cont_p|apply p_positive, Hi]. Qed.
Lemma cont_z i j a : (i < n + k)%nat -> (a < d)%nat -> cont (fun y => z d (U y) i j a).
Proof.
  intros Hi Ha. apply cont_minus; [apply cont_rows, Ha|apply cont_mult; [apply cont_rho, Hi|apply cont_rows, Ha]].
Qed.
Lemma cont_delta a b f : cont f -> cont (fun y => delta a b (f y)).
Proof. intros H. unfold delta. destruct (Nat.eqb a b); [exact H|apply cont_const]. Qed.

Lemma cont_hessian r s : (r < n * d)%nat -> (s < n * d)%nat -> cont (fun y => hessU n k d (U y) r s).
Proof.
  intros Hr0 Hs0. assert (Hd : (0 < d)%nat) by (destruct d; [rewrite Nat.mul_0_r in Hr0; lia|lia]).
  assert (Hi : (r / d < n)%nat) by (apply Nat.div_lt_upper_bound; lia).
  assert (Hj : (s / d < n)%nat) by (apply Nat.div_lt_upper_bound; lia).
  assert (Ha : (r mod d < d)%nat) by (apply Nat.mod_upper_bound; lia).
  assert (Hb : (s mod d < d)%nat) by (apply Nat.mod_upper_bound; lia).
  unfold hessU. set (i := (r / d)%nat) in *. set (j := (s / d)%nat) in *. set (a := (r mod d)%nat) in *. set (b := (s mod d)%nat) in *.
  destruct (Nat.eqb_spec i j) as [Eij|Hn].
  - unfold diag. apply cont_minus; [apply cont_plus|apply cont_mult].
    + apply cont_delta. unfold M. apply cont_plus; [apply cont_const|].
      apply cont_div; [|apply cont_p|apply p_positive; lia]. apply cont_others. intros. apply cont_A.
    + apply cont_others. intros l Hl Hn. apply cont_div; [apply cont_mult; apply cont_z; (assumption || lia)|apply cont_A|].
      apply A_positive; (assumption || lia).
    + apply cont_div; [apply cont_others; intros; apply cont_A|apply cont_mult; apply cont_p|].
      apply Rmult_integral_contrapositive_currified; apply p_positive; lia.
    + apply cont_mult; apply cont_rows; assumption.
  - unfold off. apply cont_plus; [apply cont_delta, cont_ob; lia|].
    apply cont_div; [|apply cont_A|apply A_positive; (assumption || lia)].
    apply cont_minus; [apply cont_minus; [apply cont_plus; apply cont_mult; apply cont_rows; assumption|]|];
      (apply cont_mult; [apply cont_rho; lia|apply cont_mult; apply cont_rows; assumption]).
Qed.

Lemma near_regular : near (regular n k d V).
Proof.
  destruct Hr as (R1 & R2).
  apply filter_and.
  - apply (filter_imp (fun y => forall i, (i < n)%nat -> forall j, (j < n + k)%nat -> i <> j ->
      0 < p d (U y) i * p d (U y) j - q d (U y) i j * q d (U y) i j)); [intros y H i j Hi Hj; exact (H i Hi j Hj)|].
    apply near_all. intros i Hi. apply near_all. intros j Hj. destruct (Nat.eq_dec i j) as [E|Hn].
    + apply filter_forall. intros y Hn. contradiction.
    + apply (filter_imp (fun y => 0 < p d (U y) i * p d (U y) j - q d (U y) i j * q d (U y) i j)); [auto|].
      apply (near_positive _ _ (fun y => p d (U y) i * p d (U y) j - q d (U y) i j * q d (U y) i j)).
      * apply cont_minus; apply cont_mult; first [apply cont_p|apply cont_q].
      * apply R1; assumption.
  - apply near_all. intros i Hi. apply (near_positive _ _ (fun y => p d (U y) i)); [apply cont_p|apply R2, Hi].
Qed.

Variable m : R.
Hypothesis Hm : 0 < m.
Hypothesis Hh : forall D, m * dotp (n * d) D D <= hessian_form n k d V x D.

Lemma near_definite : near (fun y => forall D, m / 2 * dotp (n * d) D D <= hessian_form n k d V y D).
Proof.
  assert (Pn := pos_INR (n * d)).
  set (eps := m / 2 / (INR (n * d) + 1)).
  assert (He : 0 < eps) by (apply Rdiv_lt_0_compat; lra).
  apply (filter_imp (fun y => forall r, (r < n * d)%nat -> forall s, (s < n * d)%nat ->
    Rabs (hessU n k d (U y) r s - hessU n k d (U x) r s) <= eps)).
  - intros y Hy D.
    assert (T := close_forms (n * d) eps (hessU n k d (U y)) (hessU n k d (U x)) D ltac:(lra) (fun r s Hr0 Hs0 => Hy r Hr0 s Hs0)).
    specialize (Hh D). unfold hessian_form in *.
    assert (D0 : 0 <= dotp (n * d) D D) by (apply sum_nonneg; intros; nra).
    assert (INR (n * d) * eps <= m / 2).
    { unfold eps. apply Rmult_le_reg_r with (INR (n * d) + 1); [lra|].
      replace (INR (n * d) * (m / 2 / (INR (n * d) + 1)) * (INR (n * d) + 1)) with (INR (n * d) * (m / 2)) by (field; lra). nra. }
    nra.
  - apply near_all. intros r Hr0. apply near_all. intros s Hs0.
    apply (near_close _ _ (fun y => hessU n k d (U y) r s) eps); [apply cont_hessian; assumption|exact He].
Qed.

Theorem strict_minimum : (forall D, dotp (n * d) (gradient_at n k d V x) D = 0) ->
  exists r, 0 < r /\ forall y, 0 < dist2 (n * d) y x <= r -> loss n k d V x < loss n k d V y.
Proof.
  intros H0. destruct (filter_and _ _ near_regular near_definite) as (r & Hr0 & H).
  assert (Hs : 0 < sqrt r) by (apply sqrt_lt_R0, Hr0).
  assert (Hs2 : sqrt r ^ 2 = r) by (simpl; rewrite Rmult_1_r; apply sqrt_sqrt; lra).
  apply (strict_where_critical (n * d) (loss n k d V) (gradient_at n k d V) (hessian_form n k d V) x (sqrt r) (m / 2)); rewrite ?Hs2.
  - intros a b. apply loss_ext.
  - intros y D t HB. exact (gradient_along n k d V y D t (proj1 (H _ HB))).
  - intros y D t HB. exact (hessian_along n k d V y D t (proj1 (H _ HB))).
  - intros y D HB. exact (proj2 (H _ HB) D).
  - lra.
  - exact Hs.
  - exact H0.
Qed.
End Hessian.
