/** Tests of the planners: the whole stories told one by one, and properties over thousands of random ones. */
package dev.redismaintenance.plan;
