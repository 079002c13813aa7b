using System.Globalization;
using System.Text;

namespace EdgeStream.Sql.Tests;

/// <summary>Runs <c>tests/data/sql/*.slt</c>; the format is at the top of the file.</summary>
public sealed class ExpressionFileTests
{
    private string _record = "{}";
    private string _key = "";
    private DateTimeOffset _time;
    private int _evaluated;

    [Fact]
    public void Every_expression_in_the_files_has_its_documented_result()
    {
        var failures = new List<string>();
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "data", "sql"), "*.slt"))
        {
            Run(File.ReadAllText(file, Encoding.UTF8).Split('\n'), failures);
        }

        Assert.True(failures.Count == 0, string.Join("\n", failures));
        Assert.True(_evaluated > 100, $"only {_evaluated} expressions were found");
    }

    private void Run(string[] lines, List<string> failures)
    {
        for (var index = 0; index < lines.Length; index++)
        {
            var (directive, rest) = Split(lines[index]);
            switch (directive)
            {
                case "" or "#":
                    break;
                case "record":
                    _record = rest;
                    break;
                case "key":
                    _key = rest;
                    break;
                case "time":
                    _time = DateTimeOffset.Parse(rest, CultureInfo.InvariantCulture);
                    break;
                case "eval" or "error" or "select" or "select-error":
                    var line = index + 1;
                    var expected = TakeResult(lines, ref index);
                    var actual = directive switch
                    {
                        "eval" => Evaluation.Of(rest, _record, _key, _time),
                        "select" => Evaluation.Select(rest, _record, _key, _time),
                        "error" => ErrorOf(() => SqlExpression.Parse(rest, new ColumnSet())),
                        _ => ErrorOf(() => SelectList.Parse(rest, new ColumnSet())),
                    };
                    _evaluated++;
                    if (actual != expected)
                    {
                        failures.Add($"line {line}: {rest}\n  expected {expected}\n  actual   {actual}");
                    }

                    break;
                default:
                    throw new InvalidDataException($"line {index + 1}: what is {directive}?");
            }
        }
    }

    private static (string Directive, string Text) Split(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? (line, "") : (line[..space], line[(space + 1)..]);
    }

    private static string TakeResult(string[] lines, ref int index)
    {
        if (lines[++index] != "----")
        {
            throw new InvalidDataException($"line {index + 1}: ---- is missing");
        }

        var result = new List<string>();
        while (++index < lines.Length && lines[index].Length > 0)
        {
            result.Add(lines[index]);
        }

        return string.Join('\n', result);
    }

    private static string ErrorOf(Func<object> parse)
    {
        var exception = Assert.Throws<SqlException>(parse);
        var error = exception.Error;
        return $"{error.Primary}\n{error.Line}:{error.Column}+{error.Length}";
    }
}
