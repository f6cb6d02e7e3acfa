(* The reflective checker: if check computes to true, then the claims of Statement.v hold (theorems check_minimum and
   check_spurious).  It proves hypotheses 1 to 4 of "Strict local minimum" in docs/THEOREMS.md by interval arithmetic,
   2 by a Cholesky factor and its residual.  Nothing is computed for other input dimensions: see EveryDimension.v. *)
From Coq Require Import Reals ZArith List Bool PeanoNat Lra Lia Uint63.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Xreal Interval Float_full Sig Basic Specific_bigint Specific_ops.
From Landscape Require Import Statement StrictMinimum Derivatives Definiteness Lines Gradient.
From Landscape Require Import Certified Evaluator.
Import ListNotations.

(* the rows of the teacher e_1, ..., e_k *)
Definition unit_rows k : list (list Z) := tab k (fun i => tab k (fun a => if Nat.eqb i a then 1%Z else 0%Z)).
Lemma unit_rows_identity k i a : (i < k)%nat -> entries 1 (unit_rows k) i a = identity i a.
Proof.
  intros Hi. unfold entries, unit_rows, identity, tab.
  assert (NT : forall (T : Type) (f : nat -> T) dflt j, nth j (map f (seq 0 k)) dflt = if Nat.ltb j k then f j else dflt).
  { intros T f dflt j. destruct (Nat.ltb_spec j k).
    - rewrite nth_indep with (d' := f 0%nat) by (rewrite map_length, seq_length; assumption).
      rewrite map_nth, seq_nth by assumption. reflexivity.
    - apply nth_overflow. rewrite map_length, seq_length. assumption. }
  rewrite NT. destruct (Nat.ltb_spec i k); [|lia]. rewrite NT.
  destruct (Nat.ltb_spec a k); destruct (Nat.eqb_spec i a); try lia; field.
Qed.
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

(* an interval's midpoint times 2^40 as a machine integer, for the factor: not to be believed *)
Definition fixed_point (x : ty) : int :=
  match F.toF (I.midpoint x) with
  | Basic.Float s m e => let z := Z.shiftl (Zpos m) (e + 40) in Uint63.of_Z (if s then (- z)%Z else z)
  | _ => 0%uint63
  end.

Section Check.
Variables low_prec high_prec : F.precision.   (* for the Hessian over the ball, and for the numbers at the centre *)
Variables n k d : nat.
Variables teacher center : list (list Z).
Variables tden cden : Z.
(* radius, bounds of the loss, bound of the Hessian's eigenvalues, shift and tolerance of the residual: num / den *)
Variables rnum rden lnum lden hnum hden mnum mden snum sden enum eden : Z.
Definition V := entries tden teacher.
Definition cm := entries cden center.
Definition radius := IZR rnum / IZR rden.
Definition low := IZR lnum / IZR lden.
Definition high := IZR hnum / IZR hden.
Definition m := IZR mnum / IZR mden.
Definition shift := IZR snum / IZR sden.
Definition eta := IZR enum / IZR eden.
Definition m2pi := shift - eta.
Definition c : vec := flat d cm.

Definition table prec num over := (E.box prec center cden num over ++ E.points prec teacher tden)%list.
Definition shape : bool :=
  Nat.eqb (length center) n && forallb (fun r => Nat.eqb (length r) d) center
  && forallb (fun r => Nat.eqb (length r) d) teacher && Nat.ltb 0 d && Z.leb (Z.of_nat (n * d)) 4096
  && (0 <? rnum)%Z && (0 <? rden)%Z && (0 <? mnum)%Z && (0 <? mden)%Z && (0 <? enum)%Z && (0 <? eden)%Z.
Definition regular_box prec (tU : list (list ty)) : bool :=
  let q := tq prec n k d tU in let p := tp prec n k d tU in
  forallb (fun i => forallb (fun j => if Nat.eqb i j then true else
     lt prec (I.fromZ prec 0) (I.sub prec (I.mul prec (at1 p i) (at1 p j)) (I.mul prec (at2 q i j) (at2 q i j)))) (seq 0 (n + k))) (seq 0 n)
  && forallb (fun i => lt prec (I.fromZ prec 0) (at1 p i)) (seq 0 (n + k)).

(* |H - (shift + L L^T / 4^20)|, lower triangle, and whether its row sums (of the whole matrix) are below eta *)
Definition residual prec (H : list (list ty)) (L : list (list int)) : list (list ty) :=
  let one := I.fromZ prec (4^20) in let sI := ratio prec snum sden in
  tab (n * d) (fun r => let Hr := nth r H nil in let Lr := nth r L nil in
    tab (S r) (fun s => I.abs (I.sub prec (nth s Hr I.nai)
        (I.add prec (E.delta prec r s sI) (I.div prec (I.fromZ prec (int_Z (idot Lr (nth s L nil)))) one))))).
Definition residual_small prec (H : list (list ty)) (L : list (list int)) : bool :=
  let R := residual prec H L in let eI := ratio prec enum eden in
  forallb (fun row => forallb small row && Nat.leb (length row) (n * d)) L &&
  forallb (fun r => lt prec (isum prec (n * d) (fun s => if Nat.leb s r then at2 R r s else at2 R s r)) eI) (seq 0 (n * d)).
Definition factor_of prec (H : list (list ty)) : list (list int) :=
  let s := fixed_point (ratio prec snum sden) in
  factor (map (fun r => let row := nth r H nil in
     map (fun t => let x := fixed_point (nth t row I.nai) in if Nat.eqb r t then (x - s)%uint63 else x) (seq 0 (S r)))
     (seq 0 (n * d))).
Definition definite : bool :=
  let H := hessian low_prec n k d (table low_prec rnum rden) in residual_small low_prec H (factor_of low_prec H).

Definition pI prec (tU : list (list ty)) i := isum prec d (fun a => I.mul prec (at2 tU i a) (at2 tU i a)).
Definition qI prec (tU : list (list ty)) i j := isum prec d (fun a => I.mul prec (at2 tU i a) (at2 tU j a)).
Definition tri prec tU i j := I.sub prec (I.mul prec (pI prec tU i) (pI prec tU j)) (I.mul prec (qI prec tU i j) (qI prec tU i j)).
Definition kappaI prec tU i j := if Nat.eqb i j then I.mul prec (I.pi prec) (pI prec tU i)
  else let A := I.sqrt prec (tri prec tU i j) in
   I.add prec A (I.mul prec (I.add prec (I.div prec (I.pi prec) (I.fromZ prec 2)) (I.atan prec (I.div prec (qI prec tU i j) A))) (qI prec tU i j)).
Definition valueI prec tU := I.div prec (isum prec (n + k) (fun i => isum prec (n + k) (fun j =>
  E.signed prec (xorb (Nat.leb n i) (Nat.leb n j)) (kappaI prec tU i j)))) (I.fromZ prec 2).
Definition not_parallel prec tU : bool :=
  forallb (fun i => lt prec (I.fromZ prec 0) (pI prec tU i) && forallb (fun j => if Nat.eqb i j then true else
     lt prec (I.fromZ prec 0) (tri prec tU i j)) (seq 0 (n + k))) (seq 0 (n + k)).
Definition numbers : bool :=
  let prec := high_prec in
  let tU := table prec 0 1 in
  let two_pi := I.mul prec (I.fromZ prec 2) (I.pi prec) in
  let r := ratio prec rnum rden in
  let mI := I.sub prec (ratio prec snum sden) (ratio prec enum eden) in
  let g2 := E.norm2 prec n d (gradient prec n k d tU) in
  let value := valueI prec tU in
  lt prec (I.mul prec two_pi (ratio prec mnum mden)) mI
  && lt prec (I.mul prec (I.fromZ prec 4) g2) (I.mul prec (I.mul prec mI mI) (I.mul prec r r))
  && not_parallel prec tU
  && lt prec (I.mul prec two_pi (ratio prec lnum lden)) (I.sub prec value (I.div prec g2 mI))
  && lt prec value (I.mul prec two_pi (ratio prec hnum hden)).
Definition check : bool := shape && regular_box low_prec (table low_prec rnum rden) && numbers && definite.

Hypothesis Hc : check = true.
Lemma parts : shape = true /\ regular_box low_prec (table low_prec rnum rden) = true /\ numbers = true /\ definite = true.
Proof. assert (H := Hc). unfold check in H. apply andb_true_iff in H. destruct H as [H H4].
  apply andb_true_iff in H. destruct H as [H H3]. apply andb_true_iff in H. destruct H as [H1 H2]. auto. Qed.

Lemma shapes : length center = n /\ (forall row, In row center -> length row = d) /\
  (forall row, In row teacher -> length row = d) /\ (0 < d)%nat /\ (Z.of_nat (n * d) <= 4096)%Z /\ 0 < IZR rnum /\ 0 < IZR rden /\
  0 < IZR mnum /\ 0 < IZR mden /\ 0 < IZR enum /\ 0 < IZR eden.
Proof.
  destruct parts as (H & _). unfold shape in H.
  apply andb_prop in H as [H H11]. apply andb_prop in H as [H H10]. apply andb_prop in H as [H H9].
  apply andb_prop in H as [H H8]. apply andb_prop in H as [H H7]. apply andb_prop in H as [H H6].
  apply andb_prop in H as [H H5]. apply andb_prop in H as [H H4]. apply andb_prop in H as [H H3].
  apply andb_prop in H as [H1 H2].
  rewrite forallb_forall in H2, H3. apply Nat.eqb_eq in H1. apply Nat.ltb_lt in H4. apply Z.leb_le in H5.
  apply Z.ltb_lt, IZR_lt in H6, H7, H8, H9, H10, H11.
  split; [exact H1|]. split; [intros row Hr; apply Nat.eqb_eq, H2, Hr|].
  split; [intros row Hr; apply Nat.eqb_eq, H3, Hr|]. auto 10.
Qed.

Lemma table_ok prec num over x : (forall s, (s < n * d)%nat -> Rabs (x s - c s) <= IZR num / IZR over) ->
  forall i a, C (at2 (table prec num over) i a) (rows n d V x i a).
Proof.
  intros Hx i a. destruct shapes as (H & Hrow & _).
  unfold rows, table, at2.
  assert (HL : length (E.box prec center cden num over) = n) by (unfold E.box; rewrite map_length; exact H).
  destruct (Nat.ltb_spec i n) as [Li|Li].
  - rewrite app_nth1 by lia. set (rad := ratio prec num over).
    apply (C_map2 (fun z => I.add prec (ratio prec z cden) (I.join (I.neg rad) rad)) center i a).
    intros La. rewrite (Hrow (nth i center nil)) in La by (apply nth_In; lia).
    set (y := IZR (nth a (nth i center nil) 0%Z) / IZR cden).
    assert (Hs : (i * d + a < n * d)%nat) by nia.
    specialize (Hx (i * d + a)%nat Hs). unfold c, flat, cm, entries in Hx. rewrite (div_flat i d a La), (mod_flat i d a La) in Hx. fold y in Hx.
    set (rr := IZR num / IZR over) in *.
    assert (CR : C rad rr) by apply C_ratio.
    replace (x (i * d + a)%nat) with (y + (x (i * d + a)%nat - y)) by ring.
    apply C_add; [apply C_ratio|].
    apply C_convex with (- rr) rr.
    + apply I.join_correct. left. apply (I.neg_correct _ _ CR).
    + apply I.join_correct. right. exact CR.
    + apply Rabs_le_between. exact Hx.
  - rewrite app_nth2 by lia. rewrite HL. apply (C_map2 (fun z => ratio prec z tden) teacher (i - n) a). intros _. apply C_ratio.
Qed.

Lemma radius_pos : 0 < radius.
Proof. destruct shapes as (_ & _ & _ & _ & _ & H1 & H2 & _). apply Rdiv_lt_0_compat; assumption. Qed.
Lemma in_box x : dist2 (n * d) x c <= radius^2 -> forall i a, C (at2 (table low_prec rnum rden) i a) (rows n d V x i a).
Proof.
  intros HB. apply table_ok. intros s Hs. fold radius. assert (Q := coord _ x c s Hs).
  assert (R0 := radius_pos).
  assert (Q2 : (x s - c s)^2 <= radius^2) by lra.
  rewrite <- (Rabs_pos_eq radius) by lra.
  apply Rsqr_le_abs_0. unfold Rsqr. lra.
Qed.
Lemma at_center prec : forall i a, C (at2 (table prec 0 1) i a) (rows n d V c i a).
Proof. apply table_ok. intros s _. rewrite Rminus_eq_0, Rabs_R0. simpl. lra. Qed.

Lemma all_regular x : dist2 (n * d) x c <= radius^2 -> regular n k d V x.
Proof.
  intros HB. assert (HU := in_box x HB). destruct parts as (_ & Hg & _).
  unfold regular_box in Hg. apply andb_true_iff in Hg. destruct Hg as [G1 G2].
  split.
  - intros i j Hi Hj Hn. rewrite forallb_forall in G1. specialize (G1 i ltac:(apply in_seq; lia)).
    rewrite forallb_forall in G1. specialize (G1 j ltac:(apply in_seq; lia)).
    destruct (Nat.eqb_spec i j); [contradiction|].
    refine (C_lt low_prec _ _ 0 _ (C_Z low_prec 0) _ G1).
    apply C_sub; apply C_mul; first [exact (C_p low_prec n k d _ _ HU i)|exact (C_p low_prec n k d _ _ HU j)|exact (C_q low_prec n k d _ _ HU i j)].
  - intros i Hi. rewrite forallb_forall in G2. specialize (G2 i ltac:(apply in_seq; lia)).
    exact (C_lt low_prec _ _ 0 _ (C_Z low_prec 0) (C_p low_prec n k d _ _ HU i) G2).
Qed.

Lemma hessian_ok x D : dist2 (n * d) x c <= radius^2 -> m2pi * dotp (n * d) D D <= hessian_form n k d V x D.
Proof.
  intros HB. assert (HU := in_box x HB). destruct parts as (_ & _ & _ & HD). destruct shapes as (_ & _ & _ & _ & HN & _ & _ & _ & _ & He1 & He2).
  unfold definite in HD. cbv zeta in HD.
  set (L := factor_of low_prec (hessian low_prec n k d (table low_prec rnum rden))) in HD. clearbody L.
  unfold residual_small in HD. apply andb_true_iff in HD. destruct HD as [HL HD].
  rewrite forallb_forall in HL, HD.
  assert (RowL : forall r, forallb small (nth r L nil) = true /\ (length (nth r L nil) <= n * d)%nat).
  { intros r. destruct (Nat.lt_ge_cases r (length L)) as [B|B].
    - specialize (HL (nth r L nil) ltac:(apply nth_In, B)). apply andb_true_iff in HL. destruct HL as [A1 A2].
      split; [exact A1|apply Nat.leb_le, A2].
    - rewrite nth_overflow by exact B. split; [reflexivity|simpl; lia]. }
  set (l := fun r t => IZR (nth t (map int_Z (nth r L nil)) 0%Z)).
  set (B := fun r s => Derivatives.delta r s shift + sum (n * d) (fun t => l r t * l s t) / IZR (4^20)).
  assert (BS : forall r s, B r s = B s r).
  { intros. unfold B. rewrite delta_sym. f_equal. f_equal. apply sum_ext. intros. ring. }
  assert (Entry : forall r s, C (at2 (residual low_prec (hessian low_prec n k d (table low_prec rnum rden)) L) r s)
    (Rabs (hessU n k d (rows n d V x) r s - B r s))).
  { intros r s. apply (C_at2 _ S (fun r s => _)). intros Hr Hs.
    apply C_abs, C_sub; [exact (C_hessian low_prec n k d _ _ HU r s)|]. apply C_add; [apply C_delta, C_ratio|].
    apply C_div; [|apply C_Z]. destruct (RowL r) as (S1 & L1). destruct (RowL s) as (S2 & L2).
    rewrite (idot_exact _ _ S1 S2) by lia. unfold l.
    rewrite <- (zdot_sum (map int_Z (nth r L nil)) (map int_Z (nth s L nil)) (n * d)) by (rewrite map_length; exact L1).
    apply C_Z. }
  unfold m2pi. apply (definite_quad (n * d) (n * d) (IZR (4^20)) shift eta (hessU n k d (rows n d V x)) l D).
  - apply (IZR_lt 0). reflexivity.
  - apply hessU_sym.
  - intros r Hr. specialize (HD r ltac:(apply in_seq; lia)). cbv zeta in HD. left.
    refine (C_lt low_prec _ _ _ eta _ (C_ratio low_prec enum eden) HD). apply C_sum. intros s Hs.
    fold (B r s). destruct (Nat.leb s r); [apply Entry|].
    rewrite (hessU_sym n k d _ r s), (BS r s). apply Entry.
Qed.

Lemma C_gradient_norm : C (E.norm2 high_prec n d (gradient high_prec n k d (table high_prec 0 1)))
  (dotp (n * d) (gradient_at n k d V c) (gradient_at n k d V c)).
Proof.
  unfold dotp. rewrite sum_flat. apply C_sum. intros i Hi. apply C_sum. intros a Ha.
  unfold gradient_at. rewrite !(div_flat i d a Ha), !(mod_flat i d a Ha).
  apply C_mul; exact (C_gradient high_prec n k d _ _ (at_center high_prec) i a).
Qed.

Lemma C_value : not_parallel high_prec (table high_prec 0 1) = true -> C (valueI high_prec (table high_prec 0 1)) (loss n k d V c).
Proof.
  intros Hg. unfold not_parallel in Hg. rewrite forallb_forall in Hg.
  assert (HU := at_center high_prec). set (U := rows n d V c) in *. set (tU := table high_prec 0 1) in *.
  assert (Cp : forall i, C (pI high_prec tU i) (p d U i)) by (intros; apply C_sum; intros; apply C_mul; apply HU).
  assert (Cq : forall i j, C (qI high_prec tU i j) (q d U i j)) by (intros; apply C_sum; intros; apply C_mul; apply HU).
  assert (Ct : forall i j, C (tri high_prec tU i j) (p d U i * p d U j - q d U i j * q d U i j)).
  { intros. apply C_sub; apply C_mul; first [apply Cp|apply Cq]. }
  unfold valueI, loss, loss2pi. rewrite Rmult_comm. apply C_div; [|apply C_Z].
  apply C_sum. intros i Hi. apply C_sum. intros j Hj. fold U.
  assert (Hg1 := Hg i ltac:(apply in_seq; lia)). apply andb_true_iff in Hg1. destruct Hg1 as [Hpi Hg2].
  rewrite forallb_forall in Hg2. assert (Hg3 := Hg2 j ltac:(apply in_seq; lia)). cbv beta in Hg3.
  replace (sgn n i * sgn n j * kappa2pi (p d U i) (q d U i j) (p d U j)) with
    (Derivatives.signed (xorb (Nat.leb n i) (Nat.leb n j)) (kappa2pi (p d U i) (q d U i j) (p d U j))).
  2: { unfold sgn, Derivatives.signed. destruct (Nat.leb n i), (Nat.leb n j); simpl; ring. }
  apply C_signed. unfold kappaI. destruct (Nat.eqb_spec i j) as [E0|Hn].
  - rewrite <- E0. change (q d U i i) with (p d U i). rewrite kappa_self.
    + apply C_mul; [apply C_pi|apply Cp].
    + exact (C_lt high_prec _ _ 0 _ (C_Z high_prec 0) (Cp i) Hpi).
  - assert (Pt := C_lt high_prec _ _ 0 _ (C_Z high_prec 0) (Ct i j) Hg3). rewrite kappa_K by exact Pt. unfold K.
    apply C_add; [apply C_sqrt, Ct|]. apply C_mul; [|apply Cq].
    apply C_add; [apply C_div; [apply C_pi|apply C_Z]|]. apply C_atan, C_div; [apply Cq|apply C_sqrt, Ct].
Qed.

Theorem check_minimum : exists W, minimum_near n k d V cm radius low high m W.
Proof.
  destruct shapes as (_ & _ & _ & Hd & _ & _ & _ & Hm1 & Hm2 & _).
  destruct parts as (_ & _ & HN & _). unfold numbers in HN. cbv zeta in HN. apply andb_prop in HN as [HN N5]. apply andb_prop in HN as [HN N4].
  apply andb_prop in HN as [HN N3]. apply andb_prop in HN as [N1 N2].
  assert (CM : C (I.sub high_prec (ratio high_prec snum sden) (ratio high_prec enum eden)) m2pi).
  { apply C_sub; apply C_ratio. }
  assert (CT : forall a b, C (I.mul high_prec (I.mul high_prec (I.fromZ high_prec 2) (I.pi high_prec)) (ratio high_prec a b)) (2 * PI * (IZR a / IZR b))).
  { intros. apply C_mul; [apply C_mul; [apply C_Z|apply C_pi]|apply C_ratio]. }
  assert (CG := C_gradient_norm). assert (CV := C_value N3).
  apply (certified n k d V cm radius low high m m2pi).
  - exact Hd.
  - exact all_regular.
  - exact hessian_ok.
  - apply Rdiv_lt_0_compat; assumption.
  - exact radius_pos.
  - left. exact (C_lt high_prec _ _ _ _ (CT mnum mden) CM N1).
  - refine (C_lt high_prec _ _ _ _ _ _ N2).
    + apply C_mul; [apply C_Z|exact CG].
    + replace (m2pi^2 * radius^2) with (m2pi * m2pi * (radius * radius)) by ring.
      apply C_mul; [apply C_mul; exact CM|apply C_mul; apply C_ratio].
  - left. refine (C_lt high_prec _ _ _ _ (CT lnum lden) _ N4). apply C_sub; [exact CV|]. apply C_div; [exact CG|exact CM].
  - left. exact (C_lt high_prec _ _ _ _ CV (CT hnum hden) N5).
Qed.

Theorem check_spurious : (k <= n)%nat -> 0 < low ->
  exists W, minimum_near n k d V cm radius low high m W /\ spurious_in_every_dimension n k d V W.
Proof.
  intros Hk Hl. destruct check_minimum as (W & H). exists W. split; [exact H|].
  exact (spurious n k d V cm radius low high m W Hk Hl H).
Qed.
End Check.
End Checker.

(* ---- with the arbitrary-precision binary floating-point numbers of coq-interval (over Coq's 63-bit machine integers):
   computes, and the four theorems that files made from certificates apply ---- *)
Module Float := SpecificFloat BigIntRadix2.
Module Run := Checker Float.

(* low and high: bits of precision, for the Hessian over the ball and for the numbers at the centre *)
Definition computes low high n k d teacher tden center cden rn rd ln ld hn hd mn md sn sd en ed :=
  Run.check (Float.PtoP low) (Float.PtoP high) n k d teacher center tden cden rn rd ln ld hn hd mn md sn sd en ed.

(* any teacher of rational rows *)
Theorem minimum low high n k d teacher tden center cden rn rd ln ld hn hd mn md sn sd en ed :
  computes low high n k d teacher tden center cden rn rd ln ld hn hd mn md sn sd en ed = true ->
  exists W, minimum_near n k d (entries tden teacher) (entries cden center) (IZR rn / IZR rd) (IZR ln / IZR ld)
    (IZR hn / IZR hd) (IZR mn / IZR md) W.
Proof. exact (Run.check_minimum _ _ n k d teacher center tden cden rn rd ln ld hn hd mn md sn sd en ed). Qed.

(* n >= k: not global either *)
Theorem spurious_minimum low high n k d teacher tden center cden rn rd ln ld hn hd mn md sn sd en ed :
  computes low high n k d teacher tden center cden rn rd ln ld hn hd mn md sn sd en ed = true ->
  Nat.leb k n = true -> Z.ltb 0 ln = true -> Z.ltb 0 ld = true ->
  exists W, minimum_near n k d (entries tden teacher) (entries cden center) (IZR rn / IZR rd) (IZR ln / IZR ld)
    (IZR hn / IZR hd) (IZR mn / IZR md) W /\ spurious_in_every_dimension n k d (entries tden teacher) W.
Proof.
  intros H Hk L1 L2. apply Nat.leb_le in Hk. apply Z.ltb_lt in L1, L2.
  apply (Run.check_spurious _ _ n k d teacher center tden cden rn rd ln ld hn hd mn md sn sd en ed H Hk).
  apply Rdiv_lt_0_compat; apply (IZR_lt 0); assumption.
Qed.

Theorem minimum_orthonormal low high n k center cden rn rd ln ld hn hd mn md sn sd en ed :
  computes low high n k k (unit_rows k) 1 center cden rn rd ln ld hn hd mn md sn sd en ed = true ->
  exists W, minimum_near n k k identity (entries cden center) (IZR rn / IZR rd) (IZR ln / IZR ld)
    (IZR hn / IZR hd) (IZR mn / IZR md) W.
Proof.
  intros H. destruct (minimum _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ H) as (W & A). exists W.
  apply (same_teacher n k k (entries 1 (unit_rows k))); [|exact A]. intros. apply unit_rows_identity. assumption.
Qed.

Theorem spurious_minimum_orthonormal low high n k center cden rn rd ln ld hn hd mn md sn sd en ed :
  computes low high n k k (unit_rows k) 1 center cden rn rd ln ld hn hd mn md sn sd en ed = true ->
  Nat.leb k n = true -> Z.ltb 0 ln = true -> Z.ltb 0 ld = true ->
  exists W, minimum_near n k k identity (entries cden center) (IZR rn / IZR rd) (IZR ln / IZR ld)
    (IZR hn / IZR hd) (IZR mn / IZR md) W /\ spurious_in_every_dimension n k k identity W.
Proof.
  intros H Hk L1 L2. destruct (minimum_orthonormal _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ H) as (W & A). exists W. split; [exact A|].
  apply Nat.leb_le in Hk. apply Z.ltb_lt in L1, L2.
  apply (spurious n k k identity (entries cden center) (IZR rn / IZR rd) (IZR ln / IZR ld) (IZR hn / IZR hd) (IZR mn / IZR md) W Hk); [|exact A].
  apply Rdiv_lt_0_compat; apply (IZR_lt 0); assumption.
Qed.
