using EdgeStream.Repository.Tests.Rules;

namespace EdgeStream.Repository.Tests;

public sealed class MachineTraceTests
{
    [Fact]
    public void Nothing_committed_names_one_machine() => Expect.None(MachineTraceRule.Violations(RepositoryTree.Texts));

    [Theory]
    [InlineData("source=/", "work/main")]
    [InlineData("see /", "root/notes.txt")]
    [InlineData("\"/tmp/", "wt/deploy\"")]
    public void Canary_a_path_of_one_machine_is_found(string left, string right) =>
        Expect.One(
            MachineTraceRule.Violations([new SourceFile("src/a.json", left + right)]), naming: "a path of one machine");

    [Theory]
    [InlineData("\"$scratch/", "root/etc\"")]
    [InlineData("${DESTINATION}/", "root/etc")]
    [InlineData("https://example.org/", "work/x")]
    public void A_folder_of_that_name_below_another_passes(string left, string right) =>
        Expect.None(MachineTraceRule.Violations([new SourceFile("deploy/a.sh", left + right)]));

    [Fact]
    public void Canary_a_private_npm_registry_is_found()
    {
        SourceFile file = new("tests/package-lock.json", "\"resolved\": \"https://packages.example/ws-8.0.0.tgz\"");
        Expect.One(MachineTraceRule.Violations([file]), naming: "a package registry");
    }

    [Fact]
    public void Canary_the_settings_of_a_package_feed_are_found() =>
        Expect.One(
            MachineTraceRule.Violations([new SourceFile("NuGet.Config", "<configuration />")]), naming: "NuGet.Config");
}
