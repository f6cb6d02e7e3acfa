(* The derivatives of 2 pi F along a line of students, for ReLU.
   "The dual kernel" and "Derivatives of the kernel" of docs/THEOREMS.md: where two vectors are not parallel the closed
   form with acos is one with atan (lemma kappa_K), and it has the derivatives used there (is_derive_K).
   Then first and second derivative of 2 pi F as double sums over all n + k neurons, with the signs + (student) and
   - (teacher): lemmas der_loss and der_grad. *)
From Coq Require Import Reals PeanoNat.
From Coquelicot Require Import Coquelicot.
From Coq Require Import Lra Lia Psatz.
From Landscape Require Import Statement StrictMinimum Derivatives Definiteness.
Local Open Scope R_scope.

(* the statement's kernel: 2 pi E relu(w.x) relu(v.x) = |w||v| sin t + (pi - t) w.v  (Cho & Saul) *)
Definition kappa2pi (p q s : R) := sqrt (p * s - q * q) + (PI - acos (q / sqrt (p * s))) * q.
Definition K (p q s : R) := sqrt (p * s - q * q) + (PI / 2 + atan (q / sqrt (p * s - q * q))) * q.

Lemma kappa_K p q s : 0 < p * s - q * q -> kappa2pi p q s = K p q s.
Proof.
  intros H. unfold kappa2pi, K. f_equal. f_equal.
  assert (Hps : 0 < p * s) by nra.
  assert (Np : p <> 0) by (intros E; rewrite E in Hps; lra).
  assert (Ns : s <> 0) by (intros E; rewrite E in Hps; lra).
  assert (Hs : 0 < sqrt (p * s)) by (apply sqrt_lt_R0, Hps).
  assert (Hss : sqrt (p * s) * sqrt (p * s) = p * s) by (apply sqrt_sqrt; lra).
  set (x := q / sqrt (p * s)).
  assert (Hx2 : x * x = q * q / (p * s)). { unfold x. transitivity (q * q / (sqrt (p * s) * sqrt (p * s))); [field; lra|rewrite Hss; reflexivity]. }
  assert (Hx1 : x * x < 1). { rewrite Hx2. apply Rmult_lt_reg_r with (p * s); [exact Hps|].
    unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
  assert (Hb : -1 < x < 1). { clear - Hx1. clearbody x. split; nra. }
  assert (E : acos x = PI / 2 - atan (q / sqrt (p * s - q * q))); [|rewrite E; lra].
  rewrite acos_asin by lra. f_equal. rewrite asin_atan by lra. f_equal.
  assert (Hq : 0 < sqrt (p * s - q * q)) by (apply sqrt_lt_R0, H).
  replace (1 - Rsqr x) with ((p * s - q * q) / (p * s)).
  2: { unfold Rsqr. rewrite Hx2. field. split; assumption. }
  rewrite sqrt_div by lra. unfold x. field. split; lra.
Qed.


Section Pair.
Variables (p q s : R -> R) (p' q' s' t : R).
Hypothesis Hp : is_derive p t p'.
Hypothesis Hq : is_derive q t q'.
Hypothesis Hs : is_derive s t s'.
Hypothesis PA : 0 < p t * s t - q t * q t.
Hypothesis Pp : 0 < p t.
Hypothesis Ps : 0 < s t.
Definition area t := sqrt (p t * s t - q t * q t).
Lemma area_pos : 0 < area t. Proof. apply sqrt_lt_R0, PA. Qed.
Lemma area_sqr : area t * area t = p t * s t - q t * q t. Proof. apply sqrt_sqrt; lra. Qed.
Lemma Dp : Derive (fun x => p x) t = p'. Proof. apply is_derive_unique, Hp. Qed.
Lemma Dq : Derive (fun x => q x) t = q'. Proof. apply is_derive_unique, Hq. Qed.
Lemma Ds : Derive (fun x => s x) t = s'. Proof. apply is_derive_unique, Hs. Qed.
Lemma is_derive_area : is_derive area t ((p' * s t + p t * s' - 2 * q t * q') / (2 * area t)).
Proof.
  assert (HA := area_pos). unfold area. auto_derive.
  - repeat split; [exact (ex_intro _ _ Hp)|exact (ex_intro _ _ Hs)|exact (ex_intro _ _ Hq)|exact (ex_intro _ _ Hq)|lra].
  - rewrite Dp, Dq, Ds. change (sqrt (p t * s t + - (q t * q t))) with (area t). fold (area t).
    field. lra.
Qed.
Lemma is_derive_ob : is_derive (fun t => PI / 2 + atan (q t / area t)) t ((q' - q t * (p' / (2 * p t) + s' / (2 * s t))) / area t).
Proof.
  assert (HA := area_pos). assert (HD := is_derive_area). assert (HS := area_sqr).
  auto_derive.
  - repeat split; [exact (ex_intro _ _ Hq)|exact (ex_intro _ _ HD)|lra].
  - replace (Derive (fun x => area x) t) with ((p' * s t + p t * s' - 2 * q t * q') / (2 * area t)) by (symmetry; apply is_derive_unique, HD).
    rewrite Dq.
    assert (E : 1 + (q t / area t)^2 = p t * s t / (area t * area t)).
    { replace (1 + (q t / area t)^2) with ((area t * area t + q t * q t) / (area t * area t)) by (field; lra).
      rewrite HS at 1. f_equal. ring. }
    replace (1 + q t * / area t * (q t * / area t * 1)) with (p t * s t / (area t * area t)).
    apply Rmult_eq_reg_r with (2 * p t * s t * area t); [|repeat apply Rmult_integral_contrapositive_currified; lra].
    transitivity (2 * (q' * (area t * area t)) - q t * (p' * s t + p t * s' - 2 * q t * q')); [field; lra|].
    rewrite HS. field; lra.
Qed.
Lemma is_derive_K :
  is_derive (fun t => K (p t) (q t) (s t)) t
    (area t / (2 * p t) * p' + area t / (2 * s t) * s' + (PI / 2 + atan (q t / area t)) * q').
Proof.
  assert (HA := area_pos). assert (HD := is_derive_area). assert (HO := is_derive_ob). assert (HS := area_sqr).
  apply (is_derive_ext (fun t => area t + (PI / 2 + atan (q t / area t)) * q t)); [reflexivity|].
  set (o := fun t => PI / 2 + atan (q t / area t)) in *.
  apply (is_derive_ext (fun t => area t + o t * q t)); [reflexivity|].
  auto_derive.
  - repeat split; [exact (ex_intro _ _ HD)|exact (ex_intro _ _ HO)|exact (ex_intro _ _ Hq)].
  - rewrite Dq. replace (Derive (fun x => area x) t) with ((p' * s t + p t * s' - 2 * q t * q') / (2 * area t)) by (symmetry; apply is_derive_unique, HD).
    replace (Derive (fun x => o x) t) with ((q' - q t * (p' / (2 * p t) + s' / (2 * s t))) / area t) by (symmetry; apply is_derive_unique, HO).
    change (PI / 2 + atan (q t / area t)) with (o t).
    apply Rmult_eq_reg_r with (2 * p t * s t * area t); [|repeat apply Rmult_integral_contrapositive_currified; lra].
    transitivity ((p' * s t + p t * s' - 2 * q t * q') * p t * s t + q t * (2 * q' * p t * s t - q t * (p' * s t + s' * p t)) + o t * q' * (2 * p t * s t * area t)); [field; lra|].
    transitivity ((p' * s t + p t * s') * (area t * area t) + o t * q' * (2 * p t * s t * area t)); [rewrite HS; ring|field; lra].
Qed.
End Pair.

Ltac eqR := match goal with |- @eq _ ?a ?b => change (@eq R a b) end.

Lemma is_derive_sum n (f : nat -> R -> R) (f' : nat -> R) t :
  (forall i, (i < n)%nat -> is_derive (f i) t (f' i)) -> is_derive (fun t => sum n (fun i => f i t)) t (sum n f').
Proof.
  induction n; intros H; simpl. { apply (is_derive_const 0). }
  apply (is_derive_plus (fun t => sum n (fun i => f i t)) (f n)); [apply IHn; intros; apply H; lia|apply H; lia].
Qed.

Section Pair2.
Variables (p q s r y1 y2 rs : R -> R) (e11 e12 t : R).
Hypothesis Hp : is_derive p t (2 * r t).
Hypothesis Hs : is_derive s t (2 * rs t).
Hypothesis Hq : is_derive q t (y1 t + y2 t).
Hypothesis Hr : is_derive r t e11.
Hypothesis Hy : is_derive y1 t e12.
Hypothesis PA : 0 < p t * s t - q t * q t.
Hypothesis Pp : 0 < p t.
Hypothesis Ps : 0 < s t.
Let A := area p q s.
Lemma is_derive_G :
  is_derive (fun t => A t * r t / p t + (PI / 2 + atan (q t / A t)) * y1 t) t
   (A t / p t * e11 + (y1 t - q t / p t * r t)^2 / A t - A t / (p t * p t) * (r t)^2
    + (PI / 2 + atan (q t / A t)) * e12
    + (r t * rs t + y1 t * y2 t - q t / p t * (r t * y2 t) - q t / s t * (y1 t * rs t)) / A t).
Proof.
  assert (HA := area_pos p q s t PA). fold A in HA.
  assert (HS := area_sqr p q s t PA). fold A in HS.
  assert (HD := is_derive_area p q s _ _ _ t Hp Hq Hs PA). fold A in HD.
  assert (HO := is_derive_ob p q s _ _ _ t Hp Hq Hs PA Pp Ps). fold A in HO.
  set (o := fun t => PI / 2 + atan (q t / A t)).
  assert (HO' : is_derive o t ((y1 t + y2 t - q t * (2 * r t / (2 * p t) + 2 * rs t / (2 * s t))) / A t)) by exact HO.
  clear HO.
  apply (is_derive_ext (fun t => A t * r t / p t + o t * y1 t)); [reflexivity|].
  change (PI / 2 + atan (q t / A t)) with (o t).
  clearbody A o.
  auto_derive.
  - repeat split; [exact (ex_intro _ _ HD)|exact (ex_intro _ _ Hr)|exact (ex_intro _ _ Hp)|lra|exact (ex_intro _ _ HO')|exact (ex_intro _ _ Hy)].
  - replace (Derive (fun x => A x) t) with ((2 * r t * s t + p t * (2 * rs t) - 2 * q t * (y1 t + y2 t)) / (2 * A t)) by (symmetry; apply is_derive_unique, HD).
    replace (Derive (fun x => o x) t) with ((y1 t + y2 t - q t * (2 * r t / (2 * p t) + 2 * rs t / (2 * s t))) / A t) by (symmetry; apply is_derive_unique, HO').
    replace (Derive (fun x => r x) t) with e11 by (symmetry; apply is_derive_unique, Hr).
    replace (Derive (fun x => p x) t) with (2 * r t) by (symmetry; apply is_derive_unique, Hp).
    replace (Derive (fun x => y1 x) t) with e12 by (symmetry; apply is_derive_unique, Hy).
    apply Rminus_diag_uniq.
    transitivity ((r t)^2 / (p t * p t) / A t * (p t * s t - q t * q t - A t * A t)).
    + field. repeat split; lra.
    + rewrite HS. field. repeat split; lra.
Qed.
End Pair2.

Section Loss.
Variables n k d : nat.
Variable V : nat -> nat -> R.
Let N := (n + k)%nat.
Definition rows (x : vec) i a := if Nat.ltb i n then x (i * d + a)%nat else V (i - n)%nat a.
Definition sgn j := if Nat.leb n j then -1 else 1.
(* 2 pi F, rows of the student with sign 1 and rows of the teacher with sign -1 *)
Definition loss2pi (x : vec) :=
  / 2 * sum N (fun i => sum N (fun j => sgn i * sgn j *
     kappa2pi (p d (rows x) i) (q d (rows x) i j) (p d (rows x) j))).

Variables x D : vec.
Definition dirs i a := if Nat.ltb i n then D (i * d + a)%nat else 0.
Definition lin t : vec := fun i => x i + t * D i.
Definition u t i a := rows x i a + t * dirs i a.
Lemma rows_lin t i a : rows (lin t) i a = u t i a.
Proof. unfold rows, lin, u, rows, dirs. destruct (Nat.ltb i n); ring. Qed.
Definition Y i j t := sum d (fun a => dirs i a * rows (lin t) j a).
Definition e i j := sum d (fun a => dirs i a * dirs j a).
Definition P i t := p d (rows (lin t)) i.
Definition Q i j t := q d (rows (lin t)) i j.

Lemma der_u i a t : is_derive (fun t => rows (lin t) i a) t (dirs i a).
Proof. apply (is_derive_ext (fun t => u t i a)). { intros. symmetry. apply rows_lin. } unfold u. auto_derive; [exact Logic.I|ring]. Qed.
Lemma der_Q i j t : is_derive (Q i j) t (Y i j t + Y j i t).
Proof.
  unfold Q, q, Y. rewrite <- sum_plus. apply is_derive_sum. intros a _.
  evar_last. { apply (is_derive_mult (fun t => rows (lin t) i a) (fun t => rows (lin t) j a)); [apply der_u|apply der_u|intros; apply Rmult_comm]. }
  unfold plus, mult; simpl. unfold mult; simpl. ring.
Qed.
Lemma der_P i t : is_derive (P i) t (2 * Y i i t).
Proof. replace (2 * Y i i t) with (Y i i t + Y i i t) by ring. apply (der_Q i i). Qed.
Lemma der_Y i j t : is_derive (Y i j) t (e i j).
Proof.
  unfold Y, e. apply is_derive_sum. intros a _.
  apply (is_derive_scal (fun t => rows (lin t) j a)). apply der_u.
Qed.
Lemma dirs0 i a : (n <= i)%nat -> dirs i a = 0.
Proof. unfold dirs. destruct (Nat.ltb_spec i n); [lia|reflexivity]. Qed.
Lemma Y0 i j t : (n <= i)%nat -> Y i j t = 0.
Proof. intros H. unfold Y. rewrite (sum_ext _ _ (fun _ => 0)). rewrite sum_const; ring. intros. rewrite dirs0 by exact H. ring. Qed.
Lemma e0 i j : (n <= i)%nat -> e i j = 0.
Proof. intros H. unfold e. rewrite (sum_ext _ _ (fun _ => 0)). rewrite sum_const; ring. intros. rewrite dirs0 by exact H. ring. Qed.
Lemma esym i j : e i j = e j i.
Proof. unfold e. apply sum_ext. intros; ring. Qed.
Lemma Qsym i j t : Q i j t = Q j i t.
Proof. unfold Q, q. apply sum_ext. intros; ring. Qed.
Lemma Qii i t : Q i i t = P i t. Proof. reflexivity. Qed.

Definition Ar i j t := area (P i) (Q i j) (P j) t.
Definition O i j t := PI / 2 + atan (Q i j t / Ar i j t).
Definition Gt i j t := if Nat.eqb i j then (if Nat.ltb i n then PI * Y i i t else 0)
  else sgn i * sgn j * (Ar i j t * Y i i t / P i t + O i j t * Y i j t).
Definition Ht i j t := if Nat.eqb i j then (if Nat.ltb i n then PI * e i i else 0)
  else sgn i * sgn j * (Ar i j t / P i t * e i i + (Y i j t - Q i j t / P i t * Y i i t)^2 / Ar i j t
    - Ar i j t / (P i t * P i t) * (Y i i t)^2 + O i j t * e i j
    + (Y i i t * Y j j t + Y i j t * Y j i t - Q i j t / P i t * (Y i i t * Y j i t) - Q i j t / P j t * (Y i j t * Y j j t)) / Ar i j t).

Definition good i j t := 0 < P i t * P j t - Q i j t * Q i j t.

Lemma Ar_sym i j t : Ar i j t = Ar j i t.
Proof. unfold Ar, area. rewrite (Qsym i j). f_equal. ring. Qed.

Lemma kappa_self a : 0 < a -> kappa2pi a a a = PI * a.
Proof.
  intros H. unfold kappa2pi. replace (a * a - a * a) with 0 by ring. rewrite sqrt_0.
  rewrite sqrt_square by lra. replace (a / a) with 1 by (field; lra). rewrite acos_1. ring.
Qed.

Variable t : R.
Hypothesis Hgood : forall i j, (i < n)%nat -> (j < N)%nat -> i <> j -> good i j t.
Hypothesis Hpos : forall i, (i < N)%nat -> 0 < P i t.

Lemma const_rows i : (n <= i)%nat -> forall t' a, rows (lin t') i a = rows x i a.
Proof. intros H t' a. rewrite rows_lin. unfold u. rewrite dirs0 by exact H. ring. Qed.

Lemma good_loc i j : (i < n)%nat -> (j < N)%nat -> i <> j ->
  locally t (fun t' => kappa2pi (P i t') (Q i j t') (P j t') = K (P i t') (Q i j t') (P j t')).
Proof.
  intros Hi Hj Hn. assert (G := Hgood i j Hi Hj Hn). unfold good in G.
  assert (Cn : continuous (fun t => P i t * P j t - Q i j t * Q i j t) t).
  { apply (ex_derive_continuous (fun t => P i t * P j t - Q i j t * Q i j t)).
    exact (ex_derive_minus (fun t => P i t * P j t) (fun t => Q i j t * Q i j t) t
      (ex_derive_mult (P i) (P j) t (ex_intro _ _ (der_P i t)) (ex_intro _ _ (der_P j t)))
      (ex_derive_mult (Q i j) (Q i j) t (ex_intro _ _ (der_Q i j t)) (ex_intro _ _ (der_Q i j t)))). }
  generalize (Cn (fun z => 0 < z) (open_gt 0 _ G)). unfold filtermap.
  apply filter_imp. intros t' H. apply kappa_K. exact H.
Qed.

Lemma der_T_pair i j : (i < N)%nat -> (j < N)%nat -> i <> j ->
  locally t (fun t' => kappa2pi (P i t') (Q i j t') (P j t') = K (P i t') (Q i j t') (P j t')) -> good i j t ->
  is_derive (fun t => sgn i * sgn j * kappa2pi (P i t) (Q i j t) (P j t)) t (Gt i j t + Gt j i t).
Proof.
  intros Hi Hj Hn GL GG.
  apply (is_derive_ext_loc (fun t => sgn i * sgn j * K (P i t) (Q i j t) (P j t))).
  { revert GL. apply filter_imp. intros t' E. rewrite E. reflexivity. }
  replace (Gt i j t + Gt j i t) with (sgn i * sgn j * (Ar i j t / (2 * P i t) * (2 * Y i i t)
    + Ar i j t / (2 * P j t) * (2 * Y j j t) + (PI / 2 + atan (Q i j t / Ar i j t)) * (Y i j t + Y j i t))).
  - apply (is_derive_scal (fun t => K (P i t) (Q i j t) (P j t))).
    exact (is_derive_K (P i) (Q i j) (P j) _ _ _ t (der_P i t) (der_Q i j t) (der_P j t) GG (Hpos i Hi) (Hpos j Hj)).
  - unfold Gt, O. rewrite (Ar_sym j i), (Qsym j i).
    destruct (Nat.eqb_spec i j); [contradiction|]. destruct (Nat.eqb_spec j i); [congruence|].
    eqR. field. split; apply Rgt_not_eq, Hpos; assumption.
Qed.

Lemma der_T i j : (i < N)%nat -> (j < N)%nat ->
  is_derive (fun t => sgn i * sgn j * kappa2pi (P i t) (Q i j t) (P j t)) t (Gt i j t + Gt j i t).
Proof.
  intros Hi Hj.
  destruct (Nat.ltb_spec i n) as [Li|Li]; destruct (Nat.ltb_spec j n) as [Lj|Lj].
  4: { (* teachers: constant *)
    replace (Gt i j t + Gt j i t) with 0.
    - apply (is_derive_ext (fun _ => sgn i * sgn j * kappa2pi (P i t) (Q i j t) (P j t))); [|apply (is_derive_const (sgn i * sgn j * kappa2pi (P i t) (Q i j t) (P j t)))].
      intros t'. f_equal. unfold P, Q, p, q. f_equal; apply sum_ext; intros; rewrite !const_rows by assumption; reflexivity.
    - unfold Gt. rewrite !(Y0 i), !(Y0 j) by assumption. rewrite (Nat.eqb_sym j i).
      destruct (Nat.eqb i j); [|unfold Rdiv; ring].
      destruct (Nat.ltb_spec i n); [lia|]. destruct (Nat.ltb_spec j n); [lia|ring]. }
  all: destruct (Nat.eq_dec i j) as [->|Hn]; [try lia|].
  { (* i = j < n *)
    unfold Gt. rewrite Nat.eqb_refl. destruct (Nat.ltb_spec j n); [|lia].
    assert (Hp0 := Hpos j Hj).
    apply (is_derive_ext_loc (fun t => PI * P j t)).
    - assert (Cn : continuous (P j) t) by (apply (ex_derive_continuous (P j)); exact (ex_intro _ _ (der_P j t))).
      generalize (Cn (fun z => 0 < z) (open_gt 0 _ Hp0)). unfold filtermap. apply filter_imp. intros t' H'.
      rewrite Qii, kappa_self by exact H'. unfold sgn. destruct (Nat.leb_spec n j); [lia|eqR; ring].
    - assert (Ez : PI * (2 * Y j j t) = PI * Y j j t + PI * Y j j t) by ring. rewrite <- Ez.
      exact (is_derive_scal (P j) t PI _ (der_P j t)). }
  - exact (der_T_pair i j Hi Hj Hn (good_loc i j Li Hj Hn) (Hgood i j Li Hj Hn)).
  - exact (der_T_pair i j Hi Hj Hn (good_loc i j Li Hj Hn) (Hgood i j Li Hj Hn)).
  - apply (der_T_pair i j Hi Hj Hn).
    + generalize (good_loc j i Lj Hi (not_eq_sym Hn)). apply filter_imp. intros t'.
      rewrite (Qsym i j). unfold kappa2pi, K. rewrite (Rmult_comm (P i t') (P j t')). exact (fun h => h).
    + generalize (Hgood j i Lj Hi (not_eq_sym Hn)). unfold good. rewrite (Qsym j i), (Rmult_comm (P j t)). exact (fun h => h).
Qed.

Lemma der_loss : is_derive (fun t => loss2pi (lin t)) t (sum N (fun i => sum N (fun j => Gt i j t))).
Proof.
  replace (sum N (fun i => sum N (fun j => Gt i j t))) with (/ 2 * sum N (fun i => sum N (fun j => Gt i j t + Gt j i t))).
  - unfold loss2pi. apply (is_derive_scal (fun t => sum N (fun i => sum N (fun j => sgn i * sgn j * kappa2pi (P i t) (Q i j t) (P j t))))).
    apply (is_derive_sum N (fun i t => sum N (fun j => sgn i * sgn j * kappa2pi (P i t) (Q i j t) (P j t)))).
    intros i Hi. apply (is_derive_sum N (fun j t => sgn i * sgn j * kappa2pi (P i t) (Q i j t) (P j t))).
    intros j Hj. apply der_T; assumption.
  - rewrite (sum_ext N _ (fun i => sum N (fun j => Gt i j t) + sum N (fun j => Gt j i t))) by (intros; apply sum_plus).
    rewrite sum_plus. rewrite (sum_swap N N (fun i j => Gt j i t)). field.
Qed.

Lemma der_G i j : (i < N)%nat -> (j < N)%nat -> is_derive (Gt i j) t (Ht i j t).
Proof.
  intros Hi Hj. unfold Gt, Ht. destruct (Nat.eqb_spec i j) as [->|Hn].
  - destruct (Nat.ltb j n); [apply (is_derive_scal (Y j j)), der_Y|apply (is_derive_const 0)].
  - destruct (Nat.ltb_spec i n) as [Li|Li].
    + apply (is_derive_scal (fun t => Ar i j t * Y i i t / P i t + O i j t * Y i j t)).
      exact (is_derive_G (P i) (Q i j) (P j) (Y i i) (Y i j) (Y j i) (Y j j) (e i i) (e i j) t
        (der_P i t) (der_P j t) (der_Q i j t) (der_Y i i t) (der_Y i j t) (Hgood i j Li Hj Hn) (Hpos i Hi) (Hpos j Hj)).
    + rewrite !(Y0 i), (e0 i i), (e0 i j) by assumption.
      apply (is_derive_ext (fun _ => 0)). { intros. rewrite !(Y0 i) by assumption. unfold Rdiv. eqR; ring. }
      evar_last. { apply (is_derive_const 0). } unfold zero; simpl. unfold Rdiv. eqR; ring.
Qed.

Lemma der_grad : is_derive (fun t => sum N (fun i => sum N (fun j => Gt i j t))) t (sum N (fun i => sum N (fun j => Ht i j t))).
Proof.
  apply (is_derive_sum N (fun i t => sum N (fun j => Gt i j t))). intros i Hi.
  apply (is_derive_sum N (fun j t => Gt i j t)). intros j Hj. apply der_G; assumption.
Qed.
End Loss.
