(* "The dual kernel" and "Derivatives of the kernel" of docs/THEOREMS.md, for ReLU: where two vectors are not parallel
   the closed form with acos is one with atan (lemma kappa_K), and it has the derivatives used there (is_derive_K). *)
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
  - repeat split; try (eexists; eassumption). lra.
  - rewrite Dp, Dq, Ds. change (sqrt (p t * s t + - (q t * q t))) with (area t). fold (area t).
    field. lra.
Qed.
Lemma is_derive_ob : is_derive (fun t => PI / 2 + atan (q t / area t)) t ((q' - q t * (p' / (2 * p t) + s' / (2 * s t))) / area t).
Proof.
  assert (HA := area_pos). assert (HD := is_derive_area). assert (HS := area_sqr).
  auto_derive.
  - repeat split; try (eexists; eassumption). lra.
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
  - repeat split; eexists; eassumption.
  - rewrite Dq. replace (Derive (fun x => area x) t) with ((p' * s t + p t * s' - 2 * q t * q') / (2 * area t)) by (symmetry; apply is_derive_unique, HD).
    replace (Derive (fun x => o x) t) with ((q' - q t * (p' / (2 * p t) + s' / (2 * s t))) / area t) by (symmetry; apply is_derive_unique, HO).
    change (PI / 2 + atan (q t / area t)) with (o t).
    apply Rmult_eq_reg_r with (2 * p t * s t * area t); [|repeat apply Rmult_integral_contrapositive_currified; lra].
    transitivity ((p' * s t + p t * s' - 2 * q t * q') * p t * s t + q t * (2 * q' * p t * s t - q t * (p' * s t + s' * p t)) + o t * q' * (2 * p t * s t * area t)); [field; lra|].
    transitivity ((p' * s t + p t * s') * (area t * area t) + o t * q' * (2 * p t * s t * area t)); [rewrite HS; ring|field; lra].
Qed.
End Pair.
