using EdgeStream.Repository.Tests.Rules;

namespace EdgeStream.Repository.Tests;

public sealed class ProjectListTests
{
    private const string Project = "src/EdgeStream.A/EdgeStream.A.csproj";
    private const string LockFile = "src/EdgeStream.A/" + ProjectListRule.LockFileName;
    private const string Solution =
        """Project("{F}") = "EdgeStream.A", "src\EdgeStream.A\EdgeStream.A.csproj", "{G}" """;

    [Fact]
    public void Every_project_is_in_the_solution_and_has_its_lock_file()
    {
        string solution = File.ReadAllText(Path.Combine(RepositoryTree.Root, "EdgeStream.sln"));
        Expect.None(ProjectListRule.Violations(solution, [.. RepositoryTree.Paths]));
    }

    [Fact]
    public void Canary_a_project_outside_the_solution_is_found() =>
        Expect.One(ProjectListRule.Violations("", [Project, LockFile]), naming: "not in EdgeStream.sln");

    [Fact]
    public void Canary_a_solution_entry_without_a_project_is_found() =>
        Expect.One(ProjectListRule.Violations(Solution, []), naming: "not in the tree");

    [Fact]
    public void Canary_a_project_without_a_lock_file_is_found() =>
        Expect.One(ProjectListRule.Violations(Solution, [Project]), naming: LockFile);

    [Fact]
    public void A_listed_and_locked_project_passes() =>
        Expect.None(ProjectListRule.Violations(Solution, [Project, LockFile]));
}
