(* Interval arithmetic (coq-interval) for the formulas of Derivatives.v: gradient, and lower triangle of the Hessian, of
   2 pi F over a box of students.  Each table comes with the lemma that its entries contain the real ones.  Outside a
   table is the interval that contains everything, so that reading there is sound too. *)
From Coq Require Import Reals ZArith List Bool.
From Interval Require Import Xreal Interval Float_full Sig Basic.
From Landscape Require Statement StrictMinimum Derivatives.
From Coq Require Import Lra Lia.
Import ListNotations.
Local Open Scope Z_scope.

Definition tab {T} (n : nat) (f : nat -> T) : list T := map f (seq 0 n).

Module Make (F : FloatOps with Definition sensible_format := true).
Module I := FloatIntervalFull F.
Definition ty := I.type.
Section Prec.
Variable prec : F.precision.
Notation "x + y" := (I.add prec x y).
Notation "x - y" := (I.sub prec x y).
Notation "x * y" := (I.mul prec x y).
Notation "x / y" := (I.div prec x y).
Notation "'Z!' z" := (I.fromZ prec z) (at level 0, z at level 0).
Definition at1 (l : list ty) i := nth i l I.nai.
Definition at2 (l : list (list ty)) i j := nth j (nth i l nil) I.nai.
Definition at3 (l : list (list (list ty))) i j a := nth a (nth j (nth i l nil) nil) I.nai.
Fixpoint isum (n : nat) (f : nat -> ty) : ty :=
  match n with O => Z! 0 | S k => isum k f + f k end.
Definition signed (neg : bool) (x : ty) := if neg then Z! 0 - x else x.

Variables n k d : nat.        (* students, teachers, input dimension *)
Variable tU : list (list ty). (* n + k rows *)
Let N := (n + k)%nat.
Definition tq := tab n (fun i => tab N (fun j => isum d (fun a => at2 tU i a * at2 tU j a))).
Definition tp := tab N (fun i => isum d (fun a => at2 tU i a * at2 tU i a)).
Definition tA (p : list ty) (q : list (list ty)) :=
  tab n (fun i => tab N (fun j => I.sqrt prec (at1 p i * at1 p j - at2 q i j * at2 q i j))).
Definition tob (A q : list (list ty)) :=
  tab n (fun i => tab N (fun j => if Nat.eqb i j then Z! 0 else I.pi prec / Z! 2 + I.atan prec (at2 q i j / at2 A i j))).
Definition trho (p : list ty) (q : list (list ty)) := tab n (fun i => tab N (fun j => at2 q i j / at1 p i)).
Definition tz (rho : list (list ty)) :=
  tab n (fun i => tab N (fun j => tab d (fun a => at2 tU j a - at2 rho i j * at2 tU i a))).
Definition others i (f : nat -> ty) := isum N (fun j => if Nat.eqb j i then Z! 0 else signed (Nat.leb n j) (f j)).
Definition tM p A := tab n (fun i => I.pi prec + others i (fun j => at2 A i j) / at1 p i).
Definition tgrad (M : list ty) ob :=
  tab n (fun i => tab d (fun a => at1 M i * at2 tU i a + others i (fun j => at2 ob i j * at2 tU j a))).
Definition gradient :=
  let q := tq in let p := tp in let A := tA p q in let ob := tob A q in let M := tM p A in tgrad M ob.
Definition delta (a b : nat) x := if Nat.eqb a b then x else Z! 0.
Definition tquot (z : list (list (list ty))) (A : list (list ty)) :=
  tab n (fun i => tab N (fun j => tab d (fun a => at3 z i j a / at2 A i j))).
(* the lower triangle of the block (i, i) *)
Definition tdiag p (A : list (list ty)) z (zA : list (list (list ty))) (M : list ty) := tab n (fun i =>
  let c := others i (fun j => at2 A i j) / (at1 p i * at1 p i) in
  tab d (fun a => tab (S a) (fun b => delta a b (at1 M i)
    + others i (fun j => at3 z i j a * at3 zA i j b) - c * (at2 tU i a * at2 tU i b)))).
Definition offentry A ob (rho : list (list ty)) i j a b :=
   delta a b (at2 ob i j) + (at2 tU i a * at2 tU j b + at2 tU j a * at2 tU i b
     - at2 rho i j * (at2 tU i a * at2 tU i b) - at2 rho j i * (at2 tU j a * at2 tU j b)) / at2 A i j.
Definition hessian :=
  let q := tq in let p := tp in let A := tA p q in let ob := tob A q in let M := tM p A in
  let rho := trho p q in let z := tz rho in let D := tdiag p A z (tquot z A) M in
  tab (n * d) (fun r => let i := Nat.div r d in let a := Nat.modulo r d in
    tab (S r) (fun s => let j := Nat.div s d in let b := Nat.modulo s d in
      if Nat.eqb i j then at3 D i a b else offentry A ob rho i j a b)).

Definition ratio (a b : Z) : ty := Z! a / Z! b.
Definition lt (x y : ty) : bool := match I.sign_strict (y - x) with Xgt => true | _ => false end.
Definition norm2 (g : list (list ty)) := isum n (fun i => isum d (fun a => at2 g i a * at2 g i a)).
End Prec.

(* the entries divided by den, each up to the radius num / over *)
Definition box prec (rows : list (list Z)) (den num over : Z) : list (list ty) :=
  let rad := ratio prec num over in
  let pm := I.join (I.neg rad) rad in
  map (map (fun z => I.add prec (ratio prec z den) pm)) rows.
Definition points prec (rows : list (list Z)) (den : Z) : list (list ty) := map (map (fun z => ratio prec z den)) rows.

(* ------------------------------------------------------------ soundness *)
Local Close Scope Z_scope.
Definition C (x : ty) (r : R) := contains (I.convert x) (Xreal r).
Lemma C_nan x r : contains (I.convert x) Xnan -> C x r.
Proof. unfold C. destruct (I.convert x); simpl; tauto. Qed.
Lemma C_nai r : C I.nai r.
Proof. unfold C. rewrite I.nai_correct. exact Logic.I. Qed.
Section Sound.
Variable prec : F.precision.
Lemma C_add x y a b : C x a -> C y b -> C (I.add prec x y) (a + b)%R.
Proof. apply I.add_correct. Qed.
Lemma C_sub x y a b : C x a -> C y b -> C (I.sub prec x y) (a - b)%R.
Proof. apply I.sub_correct. Qed.
Lemma C_mul x y a b : C x a -> C y b -> C (I.mul prec x y) (a * b)%R.
Proof. apply I.mul_correct. Qed.
Lemma C_div x y a b : C x a -> C y b -> C (I.div prec x y) (a / b)%R.
Proof.
  intros Hx Hy. generalize (I.div_correct prec _ _ _ _ Hx Hy). simpl. unfold Xdiv'.
  destruct (is_zero b); [apply C_nan|exact (fun h => h)].
Qed.
Lemma C_sqrt x a : C x a -> C (I.sqrt prec x) (sqrt a).
Proof.
  intros Hx. generalize (I.sqrt_correct prec _ _ Hx). simpl. unfold Xsqrt'.
  try (destruct (is_negative a); [apply C_nan|exact (fun h => h)]). all: exact (fun h => h).
Qed.
Lemma C_atan x a : C x a -> C (I.atan prec x) (atan a).
Proof. apply (I.atan_correct prec). Qed.
Lemma C_Z v : C (I.fromZ prec v) (IZR v).
Proof. apply I.fromZ_correct. Qed.
Lemma C_ratio a b : C (ratio prec a b) (IZR a / IZR b).
Proof. apply C_div; apply C_Z. Qed.
Lemma C_pi : C (I.pi prec) PI.
Proof. apply I.pi_correct. Qed.
Lemma C_abs x a : C x a -> C (I.abs x) (Rabs a).
Proof. apply (I.abs_correct). Qed.
Lemma C_lt x y a b : C x a -> C y b -> lt prec x y = true -> (a < b)%R.
Proof.
  intros Hx Hy. unfold lt. generalize (I.sign_strict_correct (I.sub prec y x)).
  destruct (I.sign_strict (I.sub prec y x)); try discriminate. intros H _.
  destruct (H (Xreal (b - a))) as (_ & L); [apply C_sub; assumption|]. simpl in L. lra.
Qed.
Lemma nth_tab {T} (n : nat) (f : nat -> T) dflt i : nth i (tab n f) dflt = if Nat.ltb i n then f i else dflt.
Proof.
  unfold tab. destruct (Nat.ltb_spec i n).
  - rewrite nth_indep with (d' := f 0%nat) by (rewrite map_length, seq_length; assumption).
    rewrite map_nth, seq_nth by assumption. reflexivity.
  - apply nth_overflow. rewrite map_length, seq_length. assumption.
Qed.
Lemma nth_nil {T} (dflt : T) i : nth i nil dflt = dflt.
Proof. destruct i; reflexivity. Qed.
Lemma C_at1 n f i r : ((i < n)%nat -> C (f i) r) -> C (at1 (tab n f) i) r.
Proof. intros H. unfold at1. rewrite nth_tab. destruct (Nat.ltb_spec i n); [auto|apply C_nai]. Qed.
Lemma C_at2 n (m : nat -> nat) f i j r : ((i < n)%nat -> (j < m i)%nat -> C (f i j) r) ->
  C (at2 (tab n (fun i => tab (m i) (f i))) i j) r.
Proof.
  intros H. unfold at2. rewrite nth_tab. destruct (Nat.ltb_spec i n); [|rewrite nth_nil; apply C_nai].
  apply (C_at1 (m i) (f i) j r). auto.
Qed.
Lemma C_at3 n (m : nat -> nat) (l : nat -> nat -> nat) f i j a r :
  ((i < n)%nat -> (j < m i)%nat -> (a < l i j)%nat -> C (f i j a) r) ->
  C (at3 (tab n (fun i => tab (m i) (fun j => tab (l i j) (f i j)))) i j a) r.
Proof.
  intros H. unfold at3. rewrite nth_tab. destruct (Nat.ltb_spec i n); [|rewrite !nth_nil; apply C_nai].
  apply (C_at2 (m i) (l i) (f i) j a r). auto.
Qed.
Lemma C_sum n f g : (forall i, (i < n)%nat -> C (f i) (g i)) -> C (isum prec n f) (Statement.sum n g).
Proof.
  induction n; intros H; simpl; [apply C_Z|]. apply C_add; [apply IHn; intros; apply H; lia|apply H; lia].
Qed.
Lemma C_signed b x r : C x r -> C (signed prec b x) (Derivatives.signed b r).
Proof. intros H. unfold signed, Derivatives.signed. destruct b; [apply C_sub; [apply C_Z|exact H]|exact H]. Qed.
Variables n k d : nat.
Variable tU : list (list ty).
Variable U : nat -> nat -> R.
Hypothesis HU : forall i a, C (at2 tU i a) (U i a).
Lemma C_others i f g : (forall j, C (f j) (g j)) -> C (others prec n k i f) (Derivatives.others n k i g).
Proof.
  intros H. apply C_sum. intros j _. destruct (Nat.eqb j i); [apply C_Z|apply C_signed, H].
Qed.
Lemma C_q i j : C (at2 (tq prec n k d tU) i j) (Derivatives.q d U i j).
Proof. apply (C_at2 _ (fun _ => _) (fun i j => _)). intros _ _. apply C_sum. intros. apply C_mul; apply HU. Qed.
Lemma C_p i : C (at1 (tp prec n k d tU) i) (Derivatives.p d U i).
Proof. apply C_at1. intros _. apply C_sum. intros. apply C_mul; apply HU. Qed.
Lemma C_A i j : C (at2 (tA prec n k (tp prec n k d tU) (tq prec n k d tU)) i j) (Derivatives.A d U i j).
Proof.
  apply (C_at2 _ (fun _ => _) (fun i j => _)). intros _ _. apply C_sqrt, C_sub; apply C_mul; first [apply C_p|apply C_q].
Qed.
Lemma C_ob i j : C (at2 (tob prec n k (tA prec n k (tp prec n k d tU) (tq prec n k d tU)) (tq prec n k d tU)) i j) (Derivatives.ob d U i j).
Proof.
  apply (C_at2 _ (fun _ => _) (fun i j => _)). intros _ _. unfold Derivatives.ob. destruct (Nat.eqb i j); [apply C_Z|].
  apply C_add; [apply C_div; [apply C_pi|apply C_Z]|]. apply C_atan, C_div; [apply C_q|apply C_A].
Qed.
Lemma C_M i : C (at1 (tM prec n k (tp prec n k d tU) (tA prec n k (tp prec n k d tU) (tq prec n k d tU))) i) (Derivatives.M n k d U i).
Proof.
  apply C_at1. intros _. apply C_add; [apply C_pi|]. apply C_div; [|apply C_p]. apply C_others. intros. apply C_A.
Qed.
Lemma C_gradient i a : C (at2 (gradient prec n k d tU) i a) (Derivatives.gradU n k d U i a).
Proof.
  apply (C_at2 _ (fun _ => _) (fun i j => _)). intros _ _. apply C_add; [apply C_mul; [apply C_M|apply HU]|].
  apply (C_others i (fun j => _) (fun j => _)). intros. apply C_mul; [apply C_ob|apply HU].
Qed.
Lemma C_rho i j : C (at2 (trho prec n k (tp prec n k d tU) (tq prec n k d tU)) i j) (Derivatives.rho d U i j).
Proof. apply (C_at2 _ (fun _ => _) (fun i j => _)). intros _ _. apply C_div; [apply C_q|apply C_p]. Qed.
Lemma C_z i j a : C (at3 (tz prec n k d tU (trho prec n k (tp prec n k d tU) (tq prec n k d tU))) i j a) (Derivatives.z d U i j a).
Proof.
  apply (C_at3 _ (fun _ => _) (fun _ _ => _) (fun i j a => _)). intros _ _ _.
  apply C_sub; [apply HU|apply C_mul; [apply C_rho|apply HU]].
Qed.
Lemma C_delta a b x r : C x r -> C (delta prec a b x) (Derivatives.delta a b r).
Proof. intros H. unfold delta, Derivatives.delta. destruct (Nat.eqb a b); [exact H|apply C_Z]. Qed.
Lemma C_quot i j a : let A := tA prec n k (tp prec n k d tU) (tq prec n k d tU) in
  C (at3 (tquot prec n k d (tz prec n k d tU (trho prec n k (tp prec n k d tU) (tq prec n k d tU))) A) i j a)
    (Derivatives.z d U i j a / Derivatives.A d U i j).
Proof.
  apply (C_at3 _ (fun _ => _) (fun _ _ => _) (fun i j a => _)). intros _ _ _. apply C_div; [apply C_z|apply C_A].
Qed.
Lemma C_hessian r s : C (at2 (hessian prec n k d tU) r s) (Derivatives.hessU n k d U r s).
Proof.
  apply (C_at2 _ S (fun r s => _)). intros _ _. unfold Derivatives.hessU. destruct (Nat.eqb (r / d) (s / d)).
  - apply (C_at3 _ (fun _ => _) (fun _ a => S a) (fun i a b => _)). intros _ _ _. unfold Derivatives.diag.
    apply C_sub; [apply C_add|apply C_mul].
    + apply C_delta, C_M.
    + apply (C_others _ (fun j => _) (fun j => _)). intros j. unfold Rdiv. rewrite Rmult_assoc. apply C_mul; [apply C_z|apply C_quot].
    + apply C_div; [apply (C_others _ (fun j => _) (fun j => _)); intros; apply C_A|apply C_mul; apply C_p].
    + apply C_mul; apply HU.
  - apply C_add; [apply C_delta, C_ob|]. apply C_div; [|apply C_A].
    apply C_sub; [apply C_sub; [apply C_add; apply C_mul; apply HU|]|]; apply C_mul;
     first [apply C_rho|apply C_mul; apply HU].
Qed.
End Sound.
End Make.
