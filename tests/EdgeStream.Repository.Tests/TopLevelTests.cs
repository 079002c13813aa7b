using EdgeStream.Repository.Tests.Rules;

namespace EdgeStream.Repository.Tests;

public sealed class TopLevelTests
{
    [Fact]
    public void The_root_holds_only_what_the_design_lists() =>
        Expect.None(TopLevelRule.Violations(RepositoryTree.TrackedPaths));

    [Theory]
    [InlineData("PLAN.md")]
    [InlineData("docs/guide.md")]
    [InlineData("edgestream.yaml")]
    [InlineData("Directory.notes")]
    public void Canary_anything_else_in_the_root_is_found(string path) =>
        Expect.One(TopLevelRule.Violations(["src/A.cs", path]), naming: path.Split('/')[0]);

    [Fact]
    public void What_tools_look_for_at_a_root_passes() => Expect.None(TopLevelRule.Violations(
        [".ci/run", ".editorconfig", ".gitignore", "Directory.Build.props", "global.json"]));

    [Fact]
    public void Canary_a_folder_without_a_solution_above_it_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => RepositoryTree.FindRoot(Path.GetTempPath()));

    [Fact]
    public void The_file_list_reaches_this_very_file() => Assert.Contains(
        "tests/EdgeStream.Repository.Tests/TopLevelTests.cs", RepositoryTree.Paths);
}
