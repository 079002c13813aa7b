using System.Reflection;
using System.Text;

namespace EdgeStream.Mqtt.Tests;

/// <summary>STATEMENTS.md lists every normative statement with the tests that prove it; it is made here.</summary>
/// <remarks>
/// The lists beside this file give a line to each statement: its identifier, whom it binds, and a few words.
/// <c>server</c>: a test carries it. <c>client</c>: it binds clients only. <c>void</c>: what it speaks of can't happen
/// here, the words say why. <c>elsewhere</c>: it binds the server and is not proved in this room. A fourth part says
/// why no test of it runs against the published binary.
/// </remarks>
public class StatementsPageTests
{
    private const string BinaryMark = " ●";
    private const string PageVariable = "EDGESTREAM_STATEMENTS_PAGE";

    private static readonly (MqttVersion Version, string File, string Title)[] Lists =
    [
        (MqttVersion.V311, "statements-3.1.1.txt", "MQTT 3.1.1"),
        (MqttVersion.V500, "statements-5.0.txt", "MQTT 5.0"),
    ];

    [Fact]
    public void The_page_lists_each_statement_with_the_tests_that_carry_it()
    {
        string expected = WritePage();
        if (Environment.GetEnvironmentVariable(PageVariable) is { Length: > 0 } path)
        {
            File.WriteAllText(path, expected);
        }

        string actual = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "STATEMENTS.md"));
        Assert.True(
            expected == actual,
            $"STATEMENTS.md is not what the tests say. Run this test with {PageVariable}=<path of STATEMENTS.md>.");
    }

    [Fact]
    public void Each_statement_that_binds_a_server_has_a_test()
    {
        var missing = new List<string>();
        foreach ((MqttVersion version, string file, string title) in Lists)
        {
            ILookup<string, string> tests = Tests(version);
            missing.AddRange(
                Read(file).Where(s => s.Binds == "server" && !tests.Contains(s.Id)).Select(s => $"{title} {s.Id}"));
        }

        Assert.True(missing.Count == 0, $"No test carries {string.Join(", ", missing)}.");
    }

    [Fact]
    public void Each_statement_that_binds_a_server_runs_against_the_binary_or_says_why_not()
    {
        foreach ((MqttVersion version, string file, _) in Lists)
        {
            ILookup<string, string> tests = Tests(version);
            IEnumerable<string> wrong = Read(file)
                .Where(s => s.Binds == "server" && IsOnTheBinary(s, tests) == s.WhyNotOnBinary is not null)
                .Select(s => s.Id);
            Assert.Equal("", string.Join(' ', wrong));
        }
    }

    [Fact]
    public void Each_statement_that_binds_clients_has_a_test_of_this_room_s_client()
    {
        foreach ((MqttVersion version, string file, _) in Lists)
        {
            ILookup<string, string> tests = Tests(version);
            IEnumerable<string> missing =
                Read(file).Where(s => s.Binds == "client" && !tests.Contains(s.Id)).Select(s => s.Id);
            Assert.Equal("", string.Join(' ', missing));
        }
    }

    [Fact]
    public void Each_statement_that_a_test_carries_is_in_the_list()
    {
        foreach ((MqttVersion version, string file, _) in Lists)
        {
            HashSet<string> known = [.. Read(file).Where(s => s.Binds is "server" or "client").Select(s => s.Id)];
            IEnumerable<string> unknown = Tests(version).Select(t => t.Key).Where(id => !known.Contains(id));
            Assert.Equal("", string.Join(' ', unknown));
        }
    }

    [Theory]
    [InlineData("statements-3.1.1.txt", 141)]
    [InlineData("statements-5.0.txt", 251)]
    public void The_lists_are_whole(string file, int count)
    {
        List<Statement> statements = Read(file);
        Assert.Equal(count, statements.Count);
        Assert.Equal(count, statements.DistinctBy(s => s.Id).Count());
        Assert.All(statements, s => Assert.Contains(s.Binds, new[] { "server", "client", "void", "elsewhere" }));
    }

    private static string WritePage()
    {
        var page = new StringBuilder();
        page.Append("# Which test proves which statement of the specification\n\n");
        page.Append("Made from the tests' attributes by `StatementsPageTests`; not written by hand. The statements\n");
        page.Append("are those of the OASIS standards MQTT 3.1.1 and MQTT 5.0, in words of our own.\n");
        page.Append("A test with ● runs against a broker within it and against the published binary, ");
        page.Append("the others with a broker\n");
        page.Append("within them, as they need its clock, its host's answers or its insides. ");
        page.Append("Where no test of a statement runs\n");
        page.Append("against the binary, the row says why. ");
        page.Append("Statements that bind clients are proved of this room's client.\n");
        foreach ((MqttVersion version, string file, string title) in Lists)
        {
            List<Statement> statements = Read(file);
            ILookup<string, string> tests = Tests(version);
            page.Append($"\n## {title}\n\n");
            int onTheBinary = statements.Count(s => s.Binds == "server" && IsOnTheBinary(s, tests));
            page.Append($"{statements.Count} statements: {Count(statements, "server")} proved here ");
            page.Append($"({onTheBinary} of them on the binary too), ");
            page.Append($"{Count(statements, "client")} for clients, ");
            page.Append($"{Count(statements, "void")} that can't arise, ");
            page.Append($"{Count(statements, "elsewhere")} not proved in this room.\n\n");
            page.Append("| statement | in short | proved by |\n|---|---|---|\n");
            foreach (Statement statement in statements)
            {
                page.Append($"| {statement.Id} | {statement.Words} | {Proof(statement, tests)} |\n");
            }
        }

        return page.ToString();
    }

    private static int Count(List<Statement> statements, string binds) => statements.Count(s => s.Binds == binds);

    private static string Proof(Statement statement, ILookup<string, string> tests) => statement.Binds switch
    {
        "client" when !tests.Contains(statement.Id) => "binds clients",
        "void" => "can't arise",
        "elsewhere" => "not here",
        _ => string.Join("<br>", tests[statement.Id].Order(StringComparer.Ordinal))
            + (statement.WhyNotOnBinary is { } why ? $"<br>not on the binary: {why}" : ""),
    };

    private static bool IsOnTheBinary(Statement statement, ILookup<string, string> tests) =>
        tests[statement.Id].Any(test => test.EndsWith(BinaryMark, StringComparison.Ordinal));

    private static ILookup<string, string> Tests(MqttVersion version) =>
        (from type in typeof(StatementsPageTests).Assembly.GetTypes()
         where !type.IsAbstract
         from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance)
         from attribute in method.GetCustomAttributes<StatementsAttribute>()
         where attribute.Version == version
         from identifier in attribute.Identifiers
         select (identifier, Test: $"`{type.Name}.{method.Name}`{(IsOnTheWire(method) ? BinaryMark : "")}"))
        .Distinct()
        .ToLookup(t => t.identifier, t => t.Test);

    /// <summary>Whether <c>EdgeStream.EndToEnd.Tests</c> runs the test against the published binary too; a test there
    /// holds
    /// that it has each of these classes.</summary>
    private static bool IsOnTheWire(MethodInfo method) => method.DeclaringType!.IsSubclassOf(typeof(SharedStatements))
        && method.DeclaringType.IsAbstract;

    private static List<Statement> Read(string file)
    {
        var statements = new List<Statement>();
        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Statements", file)))
        {
            string[] parts = line.Split(" | ");
            statements.Add(new Statement(parts[0], parts[1], parts[2], parts.Length > 3 ? parts[3] : null));
        }

        return statements;
    }

    private sealed record Statement(string Id, string Binds, string Words, string? WhyNotOnBinary);
}
