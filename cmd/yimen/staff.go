package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"yimen/internal/app"
	"yimen/internal/gov"
	"yimen/internal/identity"
)

func staffCommand() *cobra.Command {
	c := &cobra.Command{Use: "staff", Short: "Members of staff", RunE: needsVerb}
	add := &cobra.Command{
		Use:   "add LOGIN",
		Short: "Give somebody an account and a post: the first administrators",
		Long: `add makes a staff account with one post and prints its temporary password, once. It
is how an installation gets its first administrators, before anybody can sign in;
everybody else is entered by them on the pages under /admin. The body named by
--department and --region is added when it does not stand yet and --body gives
its name. An embedded installation must not be served meanwhile.

  yimen staff add admin    --role administrator --name 姓名 --department zs --region 445103 --body 某某区政务服务局
  yimen staff add security --role security      --name 姓名 --department zs --region 445103
  yimen staff add auditor  --role auditor       --name 姓名 --department zs --region 445103`,
		Args: oneLogin,
		RunE: addStaff,
	}
	options(add, where...)
	add.Flags().String("name", "", "the person's name")
	add.Flags().String("role", string(gov.RoleAdministrator), "role of the post, as in docs/explain/roles.md")
	add.Flags().String("department", "", "department of the body, as in the catalogue: zs, scjg …")
	add.Flags().String("region", "", "region of the body, 2 to 12 digits")
	add.Flags().String("body", "", "full name of the body, to add it when it does not stand yet")
	c.AddCommand(add)
	return c
}

func oneLogin(c *cobra.Command, args []string) error {
	if len(args) != 1 {
		return errUsage{fmt.Errorf("%s wants one sign-in name; see yimen staff %s --help", c.Name(), c.Name())}
	}
	return nil
}

func addStaff(c *cobra.Command, args []string) error {
	given := func(name string) string { return c.Flag(name).Value.String() }
	role := gov.Role(given("role"))
	if !role.Posted() {
		return errUsage{fmt.Errorf("--role: %q is no role that a post gives", role)}
	}
	region, err := gov.ParseRegion(given("region"))
	if err != nil {
		return errUsage{fmt.Errorf("--region: %q is no region", given("region"))}
	}
	if given("department") == "" {
		return errUsage{fmt.Errorf("--department is missing")}
	}
	a, err := open(c, app.Mode{Migrate: true})
	if err != nil {
		return err
	}
	defer a.Close()
	body, err := bodyFor(c.Context(), a, given("department"), region, given("body"))
	if err != nil {
		return err
	}
	account, password, err := a.Identity.CreateStaff(c.Context(), operator,
		identity.StaffInput{Name: given("name"), Login: args[0], Region: string(region)})
	if err != nil {
		return err
	}
	if _, err := a.Identity.AddPost(c.Context(), operator, identity.PostInput{Account: account.ID, Body: body.ID, Role: role}); err != nil {
		return err
	}
	fmt.Fprintf(c.OutOrStdout(), "%s: %s at %s\ntemporary password, shown only now and to be changed at the first sign-in: %s\n",
		account.Login, role, body.Name, password)
	return nil
}

// bodyFor finds the body of a department in a region, or adds it under the name.
func bodyFor(ctx context.Context, a *app.App, department string, region gov.Region, name string) (identity.Body, error) {
	all, err := a.Identity.Bodies(ctx, a.DB)
	if err != nil {
		return identity.Body{}, err
	}
	at := slices.IndexFunc(all, func(b identity.Body) bool { return b.Department == department && b.Region == string(region) })
	switch {
	case at >= 0:
		return all[at], nil
	case name == "":
		return identity.Body{}, errUsage{fmt.Errorf("there is no body of department %s in region %s yet: add it with --body NAME", department, region)}
	}
	return a.Identity.AddBody(ctx, operator, identity.BodyInput{Department: department, Region: string(region), Name: name})
}
