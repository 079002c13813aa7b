using EdgeStream.Repository.Tests.Rules;

namespace EdgeStream.Repository.Tests;

public sealed class CodeShapeTests
{
    [Fact]
    public void Source_files_have_one_shape() => Expect.None(CodeShapeRule.Violations(RepositoryTree.Texts));

    [Theory]
    [InlineData("namespace N;\npublic class A;\npublic enum B;", "2 public types (A, B)")]
    [InlineData("namespace N;\npublic record A;\npublic delegate void B();", "2 public types (A, B)")]
    [InlineData("namespace N\n{\n    class A;\n}", "block-scoped namespace")]
    [InlineData("class A;", "A is in no namespace")]
    [InlineData("namespace N;\n#region X\nclass A;\n#endregion", "a region")]
    [InlineData("namespace N;\n#pragma warning disable CS0168\nclass A;", "a warning switched off")]
    public void Canary_a_misshapen_file_is_found(string text, string naming) =>
        Expect.One(CodeShapeRule.Violations([new SourceFile("src/A.cs", text)]), naming);

    [Theory]
    [InlineData("ByteHelper")]
    [InlineData("TestHelpers")]
    [InlineData("PathUtils")]
    [InlineData("SessionManager")]
    public void Canary_a_vague_file_name_is_found(string stem) =>
        Expect.One(
            CodeShapeRule.Violations([new SourceFile($"tests/{stem}.cs", "namespace N;")]), naming: "a vague name");

    [Fact]
    public void Canary_a_line_of_121_columns_is_found() =>
        Expect.One(CodeShapeRule.Violations([Line(121)]), naming: "src/A.cs:2: 121 columns");

    [Fact]
    public void A_line_of_120_columns_passes() => Expect.None(CodeShapeRule.Violations([Line(120)]));

    [Theory]
    [InlineData("namespace N;\npublic class A { public class B; }\ninternal class C;")]
    [InlineData("namespace N;\npublic class A;\npublic class A<T>;")]
    [InlineData("using System;\nConsole.WriteLine();\npublic partial class Program;")]
    public void Nested_internal_and_generic_companions_pass(string text) =>
        Expect.None(CodeShapeRule.Violations([new SourceFile("src/A.cs", text)]));

    private static SourceFile Line(int columnCount) =>
        new("src/A.cs", "namespace N;\n" + "// ".PadRight(columnCount, 'x') + "\n");
}
