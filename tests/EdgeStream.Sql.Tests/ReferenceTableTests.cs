using EdgeStream.Testing;

namespace EdgeStream.Sql.Tests;

/// <summary>The table of the reference in the room's README is held against the functions that there are.</summary>
public sealed class ReferenceTableTests
{
    private static readonly string[] Lines =
        File.ReadAllLines(RepositoryFolder.Combine("src", "EdgeStream.Sql", "README.md"));

    public static TheoryData<string> Functions() =>
        [.. FunctionTable.Names.Concat(AggregateTypes.Names).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Every_function_stands_in_the_table_with_its_test(string name)
    {
        var row = Assert.Single(Table(), row => row[0].Contains($"`{name}`", StringComparison.Ordinal));

        Assert.NotEmpty(row[2]);
    }

    [Fact]
    public void Every_test_that_the_table_names_is_there()
    {
        var names = Table().SelectMany(row => row[2].Split(',')).Select(name => name.Trim(' ', '`'))
            .Where(name => name.Length > 0).Distinct().ToList();

        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.True(
            name.EndsWith(".slt", StringComparison.Ordinal)
                ? File.Exists(RepositoryFolder.Combine("tests", "data", "sql", name))
                : Directory.GetFiles(RepositoryFolder.Combine("tests"), $"{name}.cs", SearchOption.AllDirectories)
                    .Length > 0,
            $"{name} is not there"));
    }

    [Fact]
    public void What_is_missing_says_why()
    {
        var missing = Table().Where(row => row[1].StartsWith("no", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(missing);
        Assert.All(missing, row => Assert.StartsWith("no: ", row[1], StringComparison.Ordinal));
    }

    /// <summary>The cells of the rows: of the reference, here, test.</summary>
    private static IEnumerable<string[]> Table() => Lines
        .SkipWhile(line => line != "| of the reference | here | test |").Skip(2)
        .TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Replace("\\|", "/", StringComparison.Ordinal).Split('|'))
        .Select(cells => cells[1..4].Select(cell => cell.Trim()).ToArray());
}
