/**
 * The safety questions: one public name, one class, one pure answer each. A gate that refuses has to say what is wrong and
 * what the way out is.
 */
package dev.redismaintenance.gate;
