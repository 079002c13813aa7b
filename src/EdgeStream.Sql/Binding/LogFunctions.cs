using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Sql;

/// <summary>Binds the functions that make a record of a log line. The record is a JSON text, of which
/// <c>.COLUMN1</c> takes a member.</summary>
internal static class LogFunctions
{
    private const int ColumnsMax = 256;

    public static Expression Regex(FunctionCall call)
    {
        var pattern = PatternFunctions.Compile(call.Binder, call.Token(1), call.Literal(1));
        var columns = call.Count > 2 ? Columns(call, 2, LogColumnForm.Named) : [];
        var groups = pattern.GetGroupNumbers().Length - 1;
        return columns.Length == 0 || columns.Length == groups
            ? new RegexLogExpression(call.Text(0), pattern, [], columns)
            : throw call.Binder.Error(call.Token(2), "The columns are not those of the regular expression",
                $"It has {groups} groups, and there are {columns.Length} columns.");
    }

    /// <summary>The whole line must match; every repetition takes as little as it can and never more
    /// afterwards.</summary>
    public static Expression FastRegex(FunctionCall call)
    {
        var pattern = FastPattern.TryConvert(call.Literal(1), out var problem)
            ?? throw call.Binder.Error(call.Token(1), "A fast pattern cannot be read", problem);
        return new RegexLogExpression(
            call.Text(0), PatternFunctions.Compile(call.Binder, call.Token(1), pattern), [], [], isMarked: true);
    }

    public static Expression SysLog(FunctionCall call) => new SysLogExpression(call.Text(0));

    public static Expression W3C(FunctionCall call)
    {
        var format = call.Literal(1);
        if (LogPatterns.TryW3C(format, out var numeric) is not { } pattern)
        {
            throw call.Binder.Error(call.Token(1), "A log format cannot be read", null,
                $"Write one of {LogPatterns.W3CFormats}, or Apache's specifiers such as %h %l %u %t \"%r\" %>s %b.");
        }

        return new RegexLogExpression(
            call.Text(0), PatternFunctions.Compile(call.Binder, call.Token(1), pattern), numeric, []);
    }

    public static Expression VariableColumns(FunctionCall call)
    {
        var columns = call.Syntax.Arguments[1] is LiteralSyntax { Type.Kind: SqlType.Integer } count
            ? Numbered(call, count) : Columns(call, 1, LogColumnForm.Typed);
        var delimiter = Encoding.UTF8.GetBytes(call.Literal(2));
        if (delimiter.Length == 0)
        {
            throw call.Binder.Error(call.Token(2), "A delimiter has at least one character");
        }

        var escape = call.Count > 3 ? Encoding.UTF8.GetBytes(call.Literal(3)) : [];
        var quotes = call.Count > 4 ? Encoding.UTF8.GetBytes(call.Literal(4)) : [];
        if (quotes.Length > 2 || Array.Exists(quotes, quote => quote >= 0x80))
        {
            throw call.Binder.Error(call.Token(4), "Quotes are one or two ASCII characters", null,
                "Write '\"' or '<>'.");
        }

        return new VariableColumnsExpression(call.Text(0), columns, delimiter, escape,
            quotes.Length > 0 ? quotes[0] : (byte)0, quotes.Length > 0 ? quotes[^1] : (byte)0);
    }

    public static Expression FixedColumns(FunctionCall call) =>
        new FixedColumnsExpression(call.Text(0), Columns(call, 1, LogColumnForm.Placed));

    private static LogColumn[] Numbered(FunctionCall call, LiteralSyntax count)
    {
        if (count.Integer is < 1 or > ColumnsMax)
        {
            throw call.Binder.Error(
                count.Token, "A line has no such number of columns", $"It goes from 1 to {ColumnsMax}.");
        }

        var columns = new LogColumn[count.Integer];
        for (var index = 0; index < columns.Length; index++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"COLUMN{index + 1}");
            columns[index] = new LogColumn(Encoding.UTF8.GetBytes(name), new SqlDataType(SqlTypeName.VarChar), 0, 0);
        }

        return columns;
    }

    /// <summary>Reads <c>name TYPE type [NOT NULL] [START n [FOR n]], …</c>. An error in it underlines the whole
    /// argument.</summary>
    private static LogColumn[] Columns(FunctionCall call, int index, LogColumnForm form)
    {
        var text = call.Literal(index);
        try
        {
            var parser = Parser.Begin(text);
            var columns = new List<LogColumn>();
            do
            {
                columns.Add(Column(parser, form));
            }
            while (parser.TakeIf(TokenKind.Comma) && columns.Count < ColumnsMax);
            return parser.Current.Kind == TokenKind.End ? [.. columns] : throw parser.Unexpected("a comma or the end");
        }
        catch (SqlException e)
        {
            throw call.Binder.Error(call.Token(index), $"The columns cannot be read: {e.Error.Primary}", e.Error.Detail,
                form switch
                {
                    LogColumnForm.Placed =>
                        "Write 'host TYPE VARCHAR(16) START 0 FOR 16, bytes TYPE INTEGER START 16 FOR 8'.",
                    LogColumnForm.Typed => "Write 'host TYPE VARCHAR(16), bytes TYPE INTEGER'.",
                    _ => "Write 'host VARCHAR(16), bytes INTEGER'.",
                });
        }
    }

    private static LogColumn Column(Parser parser, LogColumnForm form)
    {
        var name = parser.Current.Kind is TokenKind.Identifier or TokenKind.QuotedIdentifier
            ? parser.Take() : throw parser.Unexpected("a column's name");
        var isTyped = form != LogColumnForm.Named
            || parser.Current.Kind is not (TokenKind.Comma or TokenKind.End);
        if (form != LogColumnForm.Named)
        {
            parser.Expect("TYPE");
        }

        var type = isTyped ? parser.ParseType() : new SqlDataType(SqlTypeName.VarChar, 1024);
        var pattern = parser.Current.Kind == TokenKind.Text && TypeRules.IsTime(type.Kind) ? Pattern(parser) : null;
        if (parser.TakeIf("NOT"))
        {
            parser.Expect("NULL");
        }

        var (start, length) = (0, int.MaxValue);
        if (form == LogColumnForm.Placed)
        {
            parser.Expect("START");
            start = Number(parser);
            length = parser.TakeIf("FOR") ? Number(parser) : type.Precision > 0 ? type.Precision : int.MaxValue;
        }

        // Fields are not padded: the record would only get longer.
        type = type.Name == SqlTypeName.Char ? type with { Name = SqlTypeName.VarChar }
            : type.Name == SqlTypeName.Binary ? type with { Name = SqlTypeName.VarBinary } : type;
        var encoded = JsonEncodedText.Encode(name.Value).EncodedUtf8Bytes.ToArray();
        return new LogColumn(encoded, type, start, length, pattern);
    }

    /// <summary>How a time is written in a column: <c>TIMESTAMP 'dd/MMM/yyyy:HH:mm:ss'</c>.</summary>
    private static DatePattern Pattern(Parser parser)
    {
        var token = parser.Take();
        return DatePattern.TryParse(token.Value, out var reason)
            ?? throw parser.Error(token, "A pattern of times cannot be read", reason);
    }

    private static int Number(Parser parser)
    {
        var token = parser.Expect(TokenKind.Number, "a number of characters");
        return int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : throw parser.Error(token, "A place in a line is a whole number");
    }
}

/// <summary>How the columns of a log line are described.</summary>
internal enum LogColumnForm
{
    /// <summary><c>name [type]</c>.</summary>
    Named = 0,

    /// <summary><c>name TYPE type</c>.</summary>
    Typed,

    /// <summary><c>name TYPE type START n [FOR n]</c>.</summary>
    Placed,
}
