using EdgeStream.Repository.Tests.Rules;

namespace EdgeStream.Repository.Tests;

public sealed class LengthTests
{
    [Fact]
    public void Files_are_at_most_600_lines() => Expect.None(FileLengthRule.Violations(RepositoryTree.Texts));

    [Fact]
    public void Methods_are_at_most_70_lines() => Expect.None(MethodLengthRule.Violations(RepositoryTree.Texts));

    [Theory]
    [InlineData("src/A.cs")]
    [InlineData("src/EdgeStream.Gateway/web/live.js")]
    [InlineData("firmware-samples/posix-c/main.c")]
    [InlineData("deploy/install.sh")]
    public void Canary_a_file_of_601_lines_is_found(string path) =>
        Expect.One(FileLengthRule.Violations([new SourceFile(path, Lines(601))]), naming: "601 lines");

    [Fact]
    public void A_file_of_600_lines_passes() =>
        Expect.None(FileLengthRule.Violations([new SourceFile("src/A.cs", Lines(600))]));

    [Theory]
    [InlineData("void M() {", "}", "M has")]
    [InlineData("C() {", "}", "C constructor")]
    [InlineData("int P { get {", "} }", "get accessor")]
    [InlineData("int this[int i] { set {", "} }", "set accessor")]
    [InlineData("static C operator +(C a, C b) {", "}", "OperatorDeclaration")]
    [InlineData("System.Action F = () => {", "};", "a lambda")]
    [InlineData("System.Action F = delegate {", "};", "a lambda")]
    public void Canary_a_member_of_71_lines_is_found(string opening, string closing, string naming)
    {
        string text = $"namespace N;\nclass C\n{{\n{opening}\n{Lines(69)}{closing}\n}}\n";
        Expect.One(MethodLengthRule.Violations([new SourceFile("src/C.cs", text)]), naming);
    }

    [Fact]
    public void Canary_a_local_function_of_71_lines_is_found_with_the_method_around_it()
    {
        string text = $"namespace N;\nclass C\n{{\nvoid M()\n{{\nvoid L() {{\n{Lines(69)}}}\n}}\n}}\n";
        string[] violations = [.. MethodLengthRule.Violations([new SourceFile("src/C.cs", text)])];
        Assert.Contains(violations, violation => violation.Contains("L has 71", StringComparison.Ordinal));
        Assert.Contains(violations, violation => violation.Contains("M has 74", StringComparison.Ordinal));
    }

    [Fact]
    public void Canary_71_lines_of_top_level_statements_are_found()
    {
        string text = string.Concat(Enumerable.Repeat("System.Console.WriteLine();\n", 71));
        Expect.One(MethodLengthRule.Violations([new SourceFile("src/Program.cs", text)]), naming: "has 71 lines");
    }

    [Fact]
    public void Attributes_and_comments_above_a_method_do_not_count()
    {
        string text = $"class C\n{{\n{Lines(60)}[A(\n{Lines(60)}1)]\nvoid M() {{\n{Lines(68)}}}\n}}\n";
        Expect.None(MethodLengthRule.Violations([new SourceFile("src/C.cs", text)]));
    }

    private static string Lines(int count) => string.Concat(Enumerable.Repeat("// line\n", count));
}
