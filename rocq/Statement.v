(* WHAT THE THEOREMS SAY.  This file has definitions only; with Coq's real numbers it is all that a reader must believe
   about the words.  docs/ROCQ.md compares each line with docs/THEOREMS.md.

   A student is a matrix: row i < n is the neuron w_i, column a < d its entry.  Entries outside are never read. *)
From Coq Require Import Reals ZArith List PeanoNat.
(* is_derive f t y: f has the derivative y at t.  locally 0 P: there is r > 0 with P t for all |t| < r. *)
From Coquelicot Require Import Coquelicot.
Local Open Scope R_scope.

Definition matrix := nat -> nat -> R.

(* f 0 + ... + f (n - 1) *)
Fixpoint sum (n : nat) (f : nat -> R) : R :=
  match n with O => 0 | S m => sum m f + f m end.

Definition dot d (v w : nat -> R) := sum d (fun a => v a * w a).

(* E relu(v.x) relu(w.x) for x ~ N(0, I_d), in the closed form of Cho & Saul 2009: with the angle t of v and w,
   (|v| |w| sin t + (pi - t) v.w) / (2 pi).  It is 0 where v or w is 0. *)
Definition kappa d v w :=
  (sqrt (dot d v v * dot d w w - dot d v w * dot d v w)
   + (PI - acos (dot d v w / sqrt (dot d v v * dot d w w))) * dot d v w) / (2 * PI).

(* 1/2 E (sum_i relu(w_i.x) - sum_j relu(v_j.x))^2, the square expanded; V has k rows *)
Definition F n k d (V W : matrix) :=
  / 2 * sum n (fun i => sum n (fun j => kappa d (W i) (W j)))
  - sum n (fun i => sum k (fun j => kappa d (W i) (V j)))
  + / 2 * sum k (fun i => sum k (fun j => kappa d (V i) (V j))).

Definition norm2 n d (E : matrix) := sum n (fun i => sum d (fun a => (E i a)^2)).
Definition distance2 n d (W W' : matrix) := norm2 n d (fun i a => W i a - W' i a).

Definition strict_local_minimum n d (f : matrix -> R) (W : matrix) :=
  exists r, 0 < r /\ forall W', 0 < distance2 n d W' W <= r -> f W < f W'.

Definition not_global_minimum (f : matrix -> R) (W : matrix) := exists W', f W' < f W.

Definition spurious_local_minimum n d f W := strict_local_minimum n d f W /\ not_global_minimum f W.

Definition quadratic_form n d (H : nat -> nat -> matrix) (E : matrix) :=
  sum n (fun i => sum d (fun a => sum n (fun j => sum d (fun b => H i a j b * (E i a * E j b))))).

(* there is a symmetric matrix H of second derivatives of f at W whose eigenvalues are at least m: along each line
   W + t E the derivative f' exists for all t near 0, and the derivative of f' at 0 is the quadratic form of H at E,
   which is at least m |E|^2 *)
Definition hessian_at_least n d (f : matrix -> R) (W : matrix) m :=
  exists H : nat -> nat -> matrix, (forall i a j b, H i a j b = H j b i a) /\
  forall E, exists f' : R -> R,
    locally 0 (fun t => is_derive (fun s => f (fun i a => W i a + s * E i a)) t (f' t)) /\
    is_derive f' 0 (quadratic_form n d H E) /\
    m * norm2 n d E <= quadratic_form n d H E.

(* the rows q_0, ..., q_(d - 1) of Q are orthonormal in R^D *)
Definition orthonormal d D (Q : matrix) :=
  forall l m, (l < d)%nat -> (m < d)%nat -> dot D (Q l) (Q m) = if Nat.eqb l m then 1 else 0.

(* X Q: the neurons of R^D that have the coordinates X in q_0, ..., q_(d - 1).  If these are the first d unit vectors of
   R^D, then X Q is X padded with zeros. *)
Definition compose d (X Q : matrix) : matrix := fun i a => sum d (fun l => X i l * Q l a).

(* the derivative along each line through W is 0 *)
Definition critical_point (f : matrix -> R) (W : matrix) :=
  forall E, is_derive (fun t => f (fun i a => W i a + t * E i a)) 0 0.

(* What a certificate claims of a student W in R^(n x d) near a given point, the center of a ball: it is in the open
   ball, and is the only critical point in the closed one.  And in every R^D, wherever the d coordinates lie in it (so
   for every D >= d, padded with zeros), the loss is the same and in [low, high], the student is a strict local minimum,
   and the Hessian's eigenvalues are at least m at all points of the ball. *)
Definition minimum_near n k d (V center : matrix) radius low high m (W : matrix) :=
  distance2 n d W center < radius^2 /\
  (forall X, distance2 n d X center <= radius^2 ->
    (critical_point (F n k d V) X <-> forall i a, (i < n)%nat -> (a < d)%nat -> X i a = W i a)) /\
  forall D Q, orthonormal d D Q -> let loss := F n k D (compose d V Q) in
    loss (compose d W Q) = F n k d V W /\
    low <= loss (compose d W Q) <= high /\
    strict_local_minimum n D loss (compose d W Q) /\
    forall X, distance2 n d X center <= radius^2 -> hessian_at_least n D loss (compose d X Q) m.

Definition spurious_in_every_dimension n k d V W :=
  forall D Q, orthonormal d D Q -> not_global_minimum (F n k D (compose d V Q)) (compose d W Q).

(* the teacher e_1, ..., e_k *)
Definition identity : matrix := fun i a => if Nat.eqb i a then 1 else 0.

(* Safran & Shamir 2018, Theorem 1, for one pair (k, n): for every orthonormal teacher in every input dimension d (there
   is one where d >= k only), n students have a spurious local minimum *)
Definition theorem_1_for (pair : nat * nat) := let (k, n) := pair in
  forall d V, orthonormal k d V -> exists W, spurious_local_minimum n d (F n k d V) W.

(* the numbers of a file: row i, column a is the integer there divided by den; what is not there is 0 *)
Definition entries (den : Z) (rows : list (list Z)) : matrix :=
  fun i a => IZR (nth a (nth i rows nil) 0%Z) / IZR den.
