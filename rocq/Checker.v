(* a verified checker: check = true -> strict local minimum of the closed-form loss *)
From Coq Require Import Reals ZArith List Bool PeanoNat Lra Lia.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Xreal Interval Float_full Sig Basic.
From Landscape Require Import Statement StrictMinimum Derivatives Definiteness Kernel Lines Forms Evaluator.
Import ListNotations.

Module Checker (F : FloatOps with Definition sensible_format := true).
Module E := Make F.
Import E.
Local Open Scope R_scope.

Lemma C_convex x a b c : C x a -> C x c -> a <= b <= c -> C x b.
Proof.
  unfold C. destruct (I.convert x) as [|l u]; simpl; [tauto|]. destruct l, u; simpl; intros; lra.
Qed.
Lemma C_map2 (f : Z -> ty) (c : list (list Z)) i a r :
  ((a < length (nth i c nil))%nat -> C (f (nth a (nth i c nil) 0%Z)) r) -> C (at2 (map (map f) c) i a) r.
Proof.
  intros H. unfold at2. change (@nil ty) with (map f nil). rewrite map_nth.
  destruct (Nat.lt_ge_cases a (length (nth i c nil))) as [L|L].
  - rewrite nth_indep with (d' := f 0%Z) by (rewrite map_length; exact L). rewrite map_nth. auto.
  - rewrite nth_overflow by (rewrite map_length; exact L). apply C_nai.
Qed.
Lemma zdot_sum : forall (l l' : list Z) T, (length l <= T)%nat ->
  IZR (zdot l l') = sum T (fun t => IZR (nth t l 0%Z) * IZR (nth t l' 0%Z)).
Proof.
  induction l as [|z l IH]; intros l' T HT.
  - simpl. symmetry. apply sum_zero. intros i _. destruct i; simpl; ring.
  - destruct l' as [|z' l'].
    + simpl. symmetry. apply sum_zero. intros i _. destruct i; simpl; ring.
    + simpl in HT. destruct T; [lia|]. rewrite sum_shift. cbn [nth zdot].
      rewrite plus_IZR, mult_IZR, (IH l' T) by lia. reflexivity.
Qed.
Lemma coord n x y i : (i < n)%nat -> (x i - y i)^2 <= dist2 n x y.
Proof.
  unfold dist2. induction n; intros Hi; [lia|].
  change (sum (S n) (fun i0 : nat => (x i0 - y i0) ^ 2)) with (sum n (fun i0 : nat => (x i0 - y i0) ^ 2) + (x n - y n)^2).
  assert (0 <= sum n (fun i0 : nat => (x i0 - y i0) ^ 2)) by (apply sum_nonneg; intros; apply pow2_ge_0).
  assert (0 <= (x n - y n)^2) by apply pow2_ge_0.
  destruct (Nat.eq_dec i n) as [->|Hne]; [lra|]. specialize (IHn ltac:(lia)). lra.
Qed.

Section Check.
Variable prec : F.precision.
Variables n k d : nat.
Variables center teacher chol : list (list Z).
Variables ec rz re el mz em gz eg : Z.   (* center 2^-ec, radius rz 2^-re, chol 2^-el, m = mz 2^-em, eta = 2^-em, G = gz 2^-eg *)
Definition pow2 (e : Z) : R := IZR (2 ^ e).
Definition rad := IZR rz / pow2 re.
Definition eta := 1 / pow2 em.
Definition m := IZR mz / pow2 em - INR (n * d) * eta.
Definition G := IZR gz / pow2 eg.
Definition V (i a : nat) : R := IZR (nth a (nth i teacher nil) 0%Z).
Definition cv : vec := fun r => IZR (nth (r mod d) (nth (r / d) center nil) 0%Z) / pow2 ec.

Definition table r := (E.box prec center ec r ++ E.points prec teacher)%list.
Definition goodb (tU : list (list ty)) : bool :=
  let q := tq prec n k d tU in let p := tp prec n k d tU in
  forallb (fun i => forallb (fun j => if Nat.eqb i j then true else
     lt prec (I.fromZ prec 0) (I.sub prec (I.mul prec (at1 p i) (at1 p j)) (I.mul prec (at2 q i j) (at2 q i j)))) (seq 0 (n + k))) (seq 0 n)
  && forallb (fun i => lt prec (I.fromZ prec 0) (at1 p i)) (seq 0 (n + k)).
Definition shape : bool :=
  Nat.eqb (length center) n && forallb (fun r => Nat.eqb (length r) d) center && Nat.ltb 0 d
  && forallb (fun r => Nat.leb (length r) (n * d)) chol
  && (0 <=? re)%Z && (0 <=? ec)%Z && (0 <=? em)%Z && (0 <=? eg)%Z && (0 <=? el)%Z && (0 <=? gz)%Z && (0 <? rz)%Z.
Definition numbers : bool :=
  let I2 := dyad prec in
  let mI := I.sub prec (dyad prec mz em) (I.mul prec (I.fromZ prec (Z.of_nat (n * d))) (dyad prec 1 em)) in
  lt prec (I.fromZ prec 0) mI && lt prec (I.mul prec (I.fromZ prec 2) (dyad prec gz eg)) (I.mul prec mI (dyad prec rz re)).
Definition check : bool :=
  shape && numbers && goodb (table (rz, re))
  && definite prec n d (hessian prec n k d (table (rz, re))) chol el (dyad prec mz em) (dyad prec 1 em)
  && lt prec (norm2 prec n d (gradient prec n k d (table (0%Z, 0%Z)))) (I.mul prec (dyad prec gz eg) (dyad prec gz eg)).

Lemma C_dyad z e : C (dyad prec z e) (IZR z / pow2 e).
Proof. unfold dyad, pow2. apply C_div; apply C_Z. Qed.
Lemma pow2_pos e : (0 <= e)%Z -> 0 < pow2 e.
Proof. intros H. unfold pow2. apply (IZR_lt 0). apply Z.pow_pos_nonneg; lia. Qed.

Hypothesis Hc : check = true.

Ltac split_check H := repeat (let A := fresh "K" in apply andb_true_iff in H; destruct H as [H A]).

Lemma table_ok r x : (forall s, (s < n * d)%nat -> Rabs (x s - cv s) <= IZR (fst r) / pow2 (snd r)) ->
  forall i a, C (at2 (table r) i a) (rows n d V x i a).
Proof.
  intros Hx i a. assert (H := Hc). unfold check, shape in H. split_check H.
  apply Nat.eqb_eq in H. unfold rows, table, at2.
  assert (HL : length (E.box prec center ec r) = n) by (unfold E.box; rewrite map_length; exact H).
  destruct (Nat.ltb_spec i n) as [Li|Li].
  - rewrite app_nth1 by lia. apply (C_map2 (fun z => I.add prec (dyad prec z ec) (I.join (I.neg (I.div prec (I.fromZ prec (fst r)) (I.fromZ prec (2 ^ snd r)))) (I.div prec (I.fromZ prec (fst r)) (I.fromZ prec (2 ^ snd r))))) center i a).
    intros La.
    match goal with Hf : forallb (fun r => Nat.eqb (length r) d) center = true |- _ =>
      rewrite forallb_forall in Hf; specialize (Hf (nth i center nil) ltac:(apply nth_In; lia)); apply Nat.eqb_eq in Hf; rewrite Hf in La end.
    set (c := IZR (nth a (nth i center nil) 0%Z) / pow2 ec).
    assert (Hs : (i * d + a < n * d)%nat) by nia.
    specialize (Hx (i * d + a)%nat Hs). unfold cv in Hx. rewrite (div_flat i d a La), (mod_flat i d a La) in Hx. fold c in Hx.
    set (rr := IZR (fst r) / pow2 (snd r)) in *.
    assert (CR : C (I.div prec (I.fromZ prec (fst r)) (I.fromZ prec (2 ^ snd r))) rr) by (apply C_div; apply C_Z).
    replace (x (i * d + a)%nat) with (c + (x (i * d + a)%nat - c)) by ring.
    apply C_add; [apply C_dyad|].
    apply C_convex with (- rr) rr.
    + apply I.join_correct. left. apply (I.neg_correct _ _ CR).
    + apply I.join_correct. right. exact CR.
    + apply Rabs_le_between. exact Hx.
  - rewrite app_nth2 by lia. rewrite HL. apply (C_map2 (I.fromZ prec) teacher (i - n) a). intros _. apply C_Z.
Qed.

Definition Fl := loss2pi n k d V.
Definition gradf (x : vec) : vec := fun r => gradU n k d (rows n d V x) (r / d)%nat (r mod d)%nat.
Definition hessf (x D : vec) : R := sum (n * d) (fun r => sum (n * d) (fun s => hessU n k d (rows n d V x) r s * (D r * D s))).
Let B x := dist2 (n * d) x cv <= rad^2.

Lemma rad_pos' : 0 < rad.
Proof.
  assert (H := Hc). unfold check, shape in H. split_check H. unfold rad.
  repeat match goal with K : (_ <=? _)%Z = true |- _ => apply Z.leb_le in K | K : (_ <? _)%Z = true |- _ => apply Z.ltb_lt in K end.
  apply Rdiv_lt_0_compat; [apply (IZR_lt 0); assumption|apply pow2_pos; assumption].
Qed.

Lemma in_box x : B x -> forall i a, C (at2 (table (rz, re)) i a) (rows n d V x i a).
Proof.
  intros HB. apply table_ok. intros s Hs. simpl. fold rad. assert (Q := coord _ x cv s Hs). unfold B in HB.
  assert (R0 := rad_pos').
  assert (Q2 : (x s - cv s)^2 <= rad^2) by lra.
  apply Rabs_le_between. apply Rabs_le_between. rewrite <- (Rabs_pos_eq rad) by lra.
  apply Rsqr_le_abs_0. unfold Rsqr. lra.
Qed.

Lemma good_all x D t : B (lin x D t) ->
  (forall i j, (i < n)%nat -> (j < n + k)%nat -> i <> j -> good n d V x D i j t) /\
  (forall i, (i < n + k)%nat -> 0 < P n d V x D i t).
Proof.
  intros HB. assert (HU := in_box _ HB). assert (H := Hc). unfold check in H. split_check H.
  match goal with Hg : goodb _ = true |- _ => unfold goodb in Hg; apply andb_true_iff in Hg; destruct Hg as [G1 G2] end.
  split.
  - intros i j Hi Hj Hn. rewrite forallb_forall in G1. specialize (G1 i ltac:(apply in_seq; lia)).
    rewrite forallb_forall in G1. specialize (G1 j ltac:(apply in_seq; lia)).
    destruct (Nat.eqb_spec i j); [contradiction|]. unfold good.
    refine (C_lt prec _ _ 0 _ (C_Z prec 0) _ G1).
    apply C_sub; apply C_mul; first [exact (C_p prec n k d _ _ HU i)|exact (C_p prec n k d _ _ HU j)|exact (C_q prec n k d _ _ HU i j)].
  - intros i Hi. rewrite forallb_forall in G2. specialize (G2 i ltac:(apply in_seq; lia)).
    exact (C_lt prec _ _ 0 _ (C_Z prec 0) (C_p prec n k d _ _ HU i) G2).
Qed.

Lemma numbers_ok : 0 < m /\ 0 <= G /\ 2 * G < m * rad.
Proof.
  assert (H := Hc). unfold check, shape in H. split_check H.
  match goal with Hn : numbers = true |- _ => unfold numbers in Hn; apply andb_true_iff in Hn; destruct Hn as [N1 N2] end.
  assert (Cm : C (I.sub prec (dyad prec mz em) (I.mul prec (I.fromZ prec (Z.of_nat (n * d))) (dyad prec 1 em))) m).
  { apply C_sub; [apply C_dyad|]. apply C_mul; [rewrite INR_IZR_INZ; apply C_Z|apply C_dyad]. }
  split; [exact (C_lt prec _ _ 0 m (C_Z prec 0) Cm N1)|]. split.
  - unfold G. repeat match goal with K : (_ <=? _)%Z = true |- _ => apply Z.leb_le in K end.
    apply Rmult_le_pos; [apply (IZR_le 0); assumption|left; apply Rinv_0_lt_compat, pow2_pos; assumption].
  - refine (C_lt prec _ _ (2 * G) (m * rad) _ _ N2); apply C_mul; first [apply C_Z|apply C_dyad|exact Cm].
Qed.

Lemma hess_ok x D : B x -> m * dotp (n * d) D D <= hessf x D.
Proof.
  intros HB. assert (HU := in_box _ HB). assert (H := Hc). unfold check, shape in H. split_check H.
  match goal with Hd : definite _ _ _ _ _ _ _ _ = true |- _ => unfold definite in Hd; rename Hd into HD end.
  assert (He : 0 < pow2 em). { apply pow2_pos. apply Z.leb_le. assumption. }
  assert (Hl : (0 <= el)%Z) by (apply Z.leb_le; assumption).
  unfold m, hessf.
  apply (definite_quad (n * d) (n * d) (IZR (4 ^ el)) (IZR mz / pow2 em) eta (hessU n k d (rows n d V x)) (fun r t => IZR (nth t (nth r chol nil) 0%Z)) D).
  - apply (IZR_lt 0). apply Z.pow_pos_nonneg; lia.
  - left. apply Rdiv_lt_0_compat; lra.
  - intros r s Hr Hs. rewrite forallb_forall in HD. specialize (HD r ltac:(apply in_seq; lia)).
    rewrite forallb_forall in HD. specialize (HD s ltac:(apply in_seq; lia)).
    refine (C_lt prec _ _ _ eta _ (C_dyad 1 em) HD).
    apply C_abs. apply C_sub; [apply C_sub|].
    + exact (C_hessian prec n k d _ _ HU r s).
    + apply C_delta. apply C_dyad.
    + apply C_div; [|apply C_Z]. rewrite <- (zdot_sum (nth r chol nil) (nth s chol nil) (n * d)); [apply C_Z|].
      destruct (Nat.lt_ge_cases r (length chol)) as [L|L].
      * match goal with Hf : forallb (fun r => Nat.leb (length r) (n * d)) chol = true |- _ =>
          rewrite forallb_forall in Hf; apply Nat.leb_le; exact (Hf (nth r chol nil) ltac:(apply nth_In; exact L)) end.
      * rewrite nth_overflow by exact L. simpl. lia.
Qed.

Lemma grad_ok : dotp (n * d) (gradf cv) (gradf cv) <= G^2.
Proof.
  assert (HU : forall i a, C (at2 (table (0%Z, 0%Z)) i a) (rows n d V cv i a)).
  { apply table_ok. intros s _. simpl. unfold pow2. rewrite Rminus_eq_0, Rabs_R0. simpl. lra. }
  assert (H := Hc). unfold check in H. apply andb_true_iff in H. destruct H as [_ H].
  left. replace (G^2) with (G * G) by ring.
  refine (C_lt prec _ _ _ (G * G) _ _ H); [|apply C_mul; apply C_dyad].
  unfold dotp. rewrite sum_flat. unfold norm2. apply C_sum. intros i Hi. apply C_sum. intros a Ha.
  unfold gradf. rewrite !(div_flat i d a Ha), !(mod_flat i d a Ha).
  apply C_mul; exact (C_gradient prec n k d _ _ HU i a).
Qed.

Theorem check_sound :
  exists W : vec, dist2 (n * d) W cv <= 4 * G^2 / m^2 /\
    (forall y, dist2 (n * d) y cv <= rad^2 -> 0 < dist2 (n * d) y W -> Fl W < Fl y) /\
    exists r, 0 < r /\ forall y, 0 < dist2 (n * d) y W <= r -> Fl W < Fl y.
Proof.
  destruct numbers_ok as (N1 & N2 & N3).
  apply (strict_local_minimum (n * d) Fl gradf hessf cv rad m G).
  - intros x y Hxy. unfold Fl, loss2pi. f_equal. apply sum_ext. intros i Hi. apply sum_ext. intros j Hj.
    assert (RE : forall i a, (a < d)%nat -> rows n d V x i a = rows n d V y i a).
    { intros i0 a Ha. unfold rows. destruct (Nat.ltb_spec i0 n); [apply Hxy; nia|reflexivity]. }
    f_equal. unfold p, q. f_equal; apply sum_ext; intros a Ha; rewrite !RE by exact Ha; reflexivity.
  - intros x D t HB. change (fun i => x i + t * D i) with (lin x D t) in *. destruct (good_all x D t HB) as (G1 & G2).
    unfold gradf. rewrite (grad_form n k d V x D t). exact (der_loss n k d V x D t G1 G2).
  - intros x D t HB. change (fun i => x i + t * D i) with (lin x D t) in *. destruct (good_all x D t HB) as (G1 & G2).
    unfold hessf. rewrite (hess_form n k d V x D t).
    apply (is_derive_ext (fun t => sum (n + k) (fun i => sum (n + k) (fun j => Gt n d V x D i j t)))).
    + intros t'. symmetry. exact (grad_form n k d V x D t').
    + exact (der_grad n k d V x D t G1 G2).
  - exact hess_ok.
  - exact grad_ok.
  - exact N1.
  - exact N2.
  - exact N3.
Qed.

(* ---- the value: F(W) > 0 = F(V) ---- *)
Definition pI (tU : list (list ty)) i := isum prec d (fun a => I.mul prec (at2 tU i a) (at2 tU i a)).
Definition qI (tU : list (list ty)) i j := isum prec d (fun a => I.mul prec (at2 tU i a) (at2 tU j a)).
Definition tri tU i j := I.sub prec (I.mul prec (pI tU i) (pI tU j)) (I.mul prec (qI tU i j) (qI tU i j)).
Definition kapI tU i j := if Nat.eqb i j then I.mul prec (I.pi prec) (pI tU i)
  else let A := I.sqrt prec (tri tU i j) in
   I.add prec A (I.mul prec (I.add prec (I.div prec (I.pi prec) (I.fromZ prec 2)) (I.atan prec (I.div prec (qI tU i j) A))) (qI tU i j)).
Definition valueI tU := isum prec (n + k) (fun i => isum prec (n + k) (fun j =>
  E.signed prec (xorb (Nat.leb n i) (Nat.leb n j)) (kapI tU i j))).
Definition check_value : bool :=
  let tU := table (0%Z, 0%Z) in
  let mI := I.sub prec (dyad prec mz em) (I.mul prec (I.fromZ prec (Z.of_nat (n * d))) (dyad prec 1 em)) in
  forallb (fun i => lt prec (I.fromZ prec 0) (pI tU i) && forallb (fun j => if Nat.eqb i j then true else
     lt prec (I.fromZ prec 0) (tri tU i j)) (seq 0 (n + k))) (seq 0 (n + k))
  && lt prec (I.div prec (I.mul prec (dyad prec gz eg) (dyad prec gz eg)) mI)
        (I.div prec (valueI tU) (I.fromZ prec 2)).

Lemma value_ok : check_value = true -> G^2 / m < Fl cv.
Proof.
  intros H.
  assert (HU : forall i a, C (at2 (table (0%Z, 0%Z)) i a) (rows n d V cv i a)).
  { apply table_ok. intros s _. simpl. unfold pow2. rewrite Rminus_eq_0, Rabs_R0. simpl. lra. }
  unfold check_value in H. apply andb_true_iff in H. destruct H as [Hg H].
  rewrite forallb_forall in Hg.
  set (U := rows n d V cv) in *. set (tU := table (0%Z, 0%Z)) in *.
  assert (Cp : forall i, C (pI tU i) (p d U i)) by (intros; apply C_sum; intros; apply C_mul; apply HU).
  assert (Cq : forall i j, C (qI tU i j) (q d U i j)) by (intros; apply C_sum; intros; apply C_mul; apply HU).
  assert (Ct : forall i j, C (tri tU i j) (p d U i * p d U j - q d U i j * q d U i j)).
  { intros. apply C_sub; apply C_mul; first [apply Cp|apply Cq]. }
  assert (Cv : C (valueI tU) (sum (n + k) (fun i => sum (n + k) (fun j => sgn n i * sgn n j * kappa2pi (p d U i) (q d U i j) (p d U j))))).
  { apply C_sum. intros i Hi. apply C_sum. intros j Hj.
    assert (Hg1 := Hg i ltac:(apply in_seq; lia)). apply andb_true_iff in Hg1. destruct Hg1 as [Hpi Hg2].
    rewrite forallb_forall in Hg2. assert (Hg3 := Hg2 j ltac:(apply in_seq; lia)). cbv beta in Hg3.
    replace (sgn n i * sgn n j * kappa2pi (p d U i) (q d U i j) (p d U j)) with
      (Derivatives.signed (xorb (Nat.leb n i) (Nat.leb n j)) (kappa2pi (p d U i) (q d U i j) (p d U j))).
    2: { unfold sgn, Derivatives.signed. destruct (Nat.leb n i), (Nat.leb n j); simpl; ring. }
    apply C_signed. unfold kapI. destruct (Nat.eqb_spec i j) as [E0|Hn].
    - rewrite <- E0. change (q d U i i) with (p d U i). rewrite kappa_self.
      + apply C_mul; [apply C_pi|apply Cp].
      + exact (C_lt prec _ _ 0 _ (C_Z prec 0) (Cp i) Hpi).
    - assert (Pt := C_lt prec _ _ 0 _ (C_Z prec 0) (Ct i j) Hg3). rewrite kappa_K by exact Pt. unfold K.
      apply C_add; [apply C_sqrt, Ct|]. apply C_mul; [|apply Cq].
      apply C_add; [apply C_div; [apply C_pi|apply C_Z]|]. apply C_atan, C_div; [apply Cq|apply C_sqrt, Ct]. }
  refine (C_lt prec _ _ _ _ _ _ H).
  - replace (G^2) with (G * G) by ring. apply C_div; [apply C_mul; apply C_dyad|].
    apply C_sub; [apply C_dyad|]. apply C_mul; [rewrite INR_IZR_INZ; apply C_Z|apply C_dyad].
  - unfold Fl, loss2pi. rewrite Rmult_comm. apply C_div; [exact Cv|apply C_Z].
Qed.

Theorem check_spurious : check_value = true ->
  exists W : vec,
    (exists r, 0 < r /\ forall y, 0 < dist2 (n * d) y W <= r -> Fl W < Fl y) /\ 0 < Fl W.
Proof.
  intros Hv. assert (V0 := value_ok Hv).
  destruct check_sound as (W & HD & HB & Hl). exists W. split; [exact Hl|].
  (* compare with the lower bound at the centre *)
  destruct numbers_ok as (N1 & N2 & N3).
  assert (L : forall y, dist2 (n * d) y cv <= rad^2 -> Fl cv - G^2 / m <= Fl y).
  { intros y Hy.
    assert (T := near_c (n * d) Fl gradf hessf cv rad m G).
    assert (T2 : Fl cv - G ^ 2 / m + m * dist2 (n * d) y cv / 4 <= Fl y).
    { apply T; try assumption.
      - intros a b Hab. unfold Fl, loss2pi. f_equal. apply sum_ext. intros i Hi. apply sum_ext. intros j Hj.
        assert (RE : forall i c, (c < d)%nat -> rows n d V a i c = rows n d V b i c).
        { intros i0 c Hc0. unfold rows. destruct (Nat.ltb_spec i0 n); [apply Hab; nia|reflexivity]. }
        f_equal. unfold p, q. f_equal; apply sum_ext; intros c Hc0; rewrite !RE by exact Hc0; reflexivity.
      - intros x D t HB'. change (fun i => x i + t * D i) with (lin x D t) in *. destruct (good_all x D t HB') as (G1 & G2).
        unfold gradf. rewrite (grad_form n k d V x D t). exact (der_loss n k d V x D t G1 G2).
      - intros x D t HB'. change (fun i => x i + t * D i) with (lin x D t) in *. destruct (good_all x D t HB') as (G1 & G2).
        unfold hessf. rewrite (hess_form n k d V x D t).
        apply (is_derive_ext (fun t => sum (n + k) (fun i => sum (n + k) (fun j => Gt n d V x D i j t)))).
        + intros t'. symmetry. exact (grad_form n k d V x D t').
        + exact (der_grad n k d V x D t G1 G2).
      - exact hess_ok.
      - exact grad_ok. }
    assert (0 <= m * dist2 (n * d) y cv / 4); [|lra].
    apply Rmult_le_pos; [apply Rmult_le_pos; [lra|apply dist2_nonneg]|lra]. }
  assert (R0 := rad_pos'). assert (WB : dist2 (n * d) W cv <= rad^2).
  { apply Rle_trans with (1 := HD). apply Rmult_le_reg_r with (m^2); [apply pow_lt; exact N1|].
    replace (4 * G^2 / m^2 * m^2) with ((2*G)^2) by (field; lra).
    replace (rad^2 * m^2) with ((m * rad)^2) by ring. apply pow_incr. lra. }
  specialize (L W WB). lra.
Qed.
End Check.
End Checker.
