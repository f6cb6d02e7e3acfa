(* "The dual kernel" of docs/THEOREMS.md, the integral of its proof: kappa is the average over the angle of the plane,
     kappa v w = |v| |w| E r^2 (1 / 2 pi) int_0^{2 pi} relu (cos th) relu (cos (th - t)) dth   with E r^2 = 2,
   where t is the angle of v and w.  What is left on paper: that the expectation over x in R^d is this average (rotation
   invariance of the Gaussian, polar coordinates, E r^2 = 2). *)
From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
From Coq Require Import Lra Psatz.
From Landscape Require Import Statement StrictMinimum.
Local Open Scope R_scope.

Definition relu x := Rmax x 0.
Definition norm d v := sqrt (dot d v v).
Definition angle d v w := acos (dot d v w / sqrt (dot d v v * dot d w w)).
Definition angular_average t := / (2 * PI) * RInt (fun th => relu (cos th) * relu (cos (th - t))) (- PI) PI.

Lemma antiderivative t th : is_derive (fun th => (th * cos t + sin (2 * th - t) / 2) / 2) th (cos th * cos (th - t)).
Proof.
  auto_derive; [exact I|].
  assert (E1 : cos t = cos th * cos (th - t) + sin th * sin (th - t)) by (rewrite <- cos_minus; f_equal; ring).
  assert (E2 : cos (2 * th + - t) = cos th * cos (th - t) - sin th * sin (th - t)) by (rewrite <- cos_plus; f_equal; ring).
  rewrite E1, E2. field.
Qed.

Lemma middle t : is_RInt (fun th => cos th * cos (th - t)) (t - PI / 2) (PI / 2) (((PI - t) * cos t + sin t) / 2).
Proof.
  evar_last.
  - apply (is_RInt_derive (fun th => (th * cos t + sin (2 * th - t) / 2) / 2)).
    + intros th _. apply antiderivative.
    + intros th _. apply (ex_derive_continuous (fun th => cos th * cos (th - t))). auto_derive. exact I.
  - unfold minus, plus, opp; simpl.
    replace (2 * (PI / 2) - t) with (PI - t) by field. replace (2 * (t - PI / 2) - t) with (- (PI - t)) by field.
    rewrite sin_neg, sin_PI_x. field.
Qed.

Lemma zero_on f a b : a <= b -> (forall x, a < x < b -> f x = 0) -> is_RInt f a b 0.
Proof.
  intros H E. apply (is_RInt_ext (fun _ => 0)).
  - rewrite Rmin_left, Rmax_right by exact H. intros x Hx. symmetry. apply E, Hx.
  - evar_last; [apply (is_RInt_const a b 0)|]. unfold scal; simpl. unfold mult; simpl. ring.
Qed.

Lemma average_closed t : 0 <= t <= PI -> angular_average t = ((PI - t) * cos t + sin t) / (4 * PI).
Proof.
  intros Ht. assert (HP := PI_RGT_0). unfold angular_average.
  rewrite (is_RInt_unique _ _ _ (((PI - t) * cos t + sin t) / 2)); [field; lra|].
  set (f := fun th => relu (cos th) * relu (cos (th - t))).
  assert (I1 : is_RInt f (- PI) (t - PI / 2) 0).
  { apply zero_on; [lra|]. intros x Hx. unfold f, relu. destruct (Rle_dec x (- (PI / 2))) as [L|L].
    - rewrite (Rmax_right (cos x)); [ring|]. rewrite <- cos_neg. apply cos_le_0; lra.
    - rewrite (Rmax_right (cos (x - t))); [ring|]. rewrite <- cos_neg. apply cos_le_0; lra. }
  assert (I2 : is_RInt f (t - PI / 2) (PI / 2) (((PI - t) * cos t + sin t) / 2)).
  { apply (is_RInt_ext (fun th => cos th * cos (th - t))); [|apply middle].
    rewrite Rmin_left, Rmax_right by lra. intros x Hx. unfold f, relu.
    rewrite !Rmax_left; [reflexivity| |]; apply cos_ge_0; lra. }
  assert (I3 : is_RInt f (PI / 2) PI 0).
  { apply zero_on; [lra|]. intros x Hx. unfold f, relu. rewrite (Rmax_right (cos x)); [ring|]. apply cos_le_0; lra. }
  evar_last; [exact (is_RInt_Chasles _ _ _ _ _ _ I1 (is_RInt_Chasles _ _ _ _ _ _ I2 I3))|].
  unfold plus; simpl. ring.
Qed.

Lemma cauchy_schwarz d v w : 0 < dot d v v -> dot d v w * dot d v w <= dot d v v * dot d w w.
Proof.
  intros Hp. set (p := dot d v v) in *. set (s := dot d w w). set (q := dot d v w).
  assert (H : 0 <= sum d (fun a => (p * w a - q * v a)^2)) by (apply sum_nonneg; intros; apply pow2_ge_0).
  assert (E : sum d (fun a => (p * w a - q * v a)^2) = p * (p * s - q * q)).
  { transitivity (sum d (fun a => p * p * (w a * w a) + (-2 * p * q * (v a * w a) + q * q * (v a * v a)))).
    - apply sum_ext. intros. ring.
    - rewrite !sum_plus, !sum_scal. fold (dot d w w) (dot d v w) (dot d v v). fold p s q. ring. }
  rewrite E in H. apply Rmult_le_reg_l with p; [exact Hp|]. lra.
Qed.

Theorem kappa_is_angular_average d v w : 0 < dot d v v -> 0 < dot d w w ->
  kappa d v w = norm d v * norm d w * 2 * angular_average (angle d v w).
Proof.
  intros Hv Hw. assert (HC := cauchy_schwarz d v w Hv). assert (HP := PI_RGT_0). unfold kappa, angle.
  set (p := dot d v v) in *. set (s := dot d w w) in *. set (q := dot d v w) in *.
  assert (Hps : 0 < p * s) by (apply Rmult_lt_0_compat; assumption).
  assert (Hr : 0 < sqrt (p * s)) by (apply sqrt_lt_R0, Hps).
  assert (Hrr : sqrt (p * s) * sqrt (p * s) = p * s) by (apply sqrt_sqrt; lra).
  set (x := q / sqrt (p * s)).
  assert (Hq : q = sqrt (p * s) * x) by (unfold x; field; lra).
  assert (Qx : q * q = p * s * (x * x)).
  { rewrite Hq. transitivity (sqrt (p * s) * sqrt (p * s) * (x * x)); [ring|rewrite Hrr; reflexivity]. }
  assert (Hx : -1 <= x <= 1).
  { assert (x * x <= 1); [|split; nra]. apply Rmult_le_reg_l with (p * s); [exact Hps|]. rewrite <- Qx. lra. }
  rewrite average_closed by apply acos_bound. rewrite cos_acos, sin_acos by exact Hx.
  unfold norm. fold p s. rewrite <- sqrt_mult by lra.
  assert (E : sqrt (p * s - q * q) = sqrt (p * s) * sqrt (1 - Rsqr x)).
  { rewrite <- sqrt_mult; [|lra|unfold Rsqr; nra]. f_equal. rewrite Qx. unfold Rsqr. ring. }
  rewrite E. clearbody x. rewrite Hq. field. lra.
Qed.
