namespace EdgeStream.Sql;

/// <summary>One or more selects that UNION ALL puts together, and the order of what comes out.</summary>
internal sealed record QuerySyntax(
    Token Token, IReadOnlyList<SelectSyntax> Selects, IReadOnlyList<OrderItemSyntax> OrderBy);

/// <summary>One <c>SELECT STREAM … FROM …</c>.</summary>
internal sealed record SelectSyntax(
    Token Token,
    bool IsDistinct,
    IReadOnlyList<SelectColumnSyntax> Items,
    SourceSyntax From,
    Syntax? Where,
    IReadOnlyList<Syntax> GroupBy,
    StaggerSyntax? WindowedBy,
    Syntax? Having,
    IReadOnlyList<NamedWindowSyntax> Windows);

/// <summary>An item of a select list. Without an expression it is a star, of one source where it is
/// qualified.</summary>
internal sealed record SelectColumnSyntax(Token Token, Syntax? Expression, Token? Alias, Token? Qualifier);

/// <summary>What a select reads.</summary>
internal abstract record SourceSyntax(Token Token, Token? Alias);

/// <summary>A stream or table by its name, with a window where it is joined, or a span of its history.</summary>
internal sealed record NamedSourceSyntax(
    Token Token, Token Name, Token? Alias, WindowSyntax? Window, HistorySyntax? History)
    : SourceSyntax(Token, Alias);

/// <summary><c>BETWEEN a AND b</c> behind a stream's name.</summary>
internal sealed record HistorySyntax(Token Token, Syntax From, Syntax To);

/// <summary>A query in parentheses.</summary>
internal sealed record SubquerySourceSyntax(Token Token, QuerySyntax Query, Token? Alias, WindowSyntax? Window)
    : SourceSyntax(Token, Alias);

/// <summary><c>TABLE(function(argument, …))</c>.</summary>
internal sealed record FunctionSourceSyntax(
    Token Token, Token Name, IReadOnlyList<FunctionArgumentSyntax> Arguments, Token? Alias)
    : SourceSyntax(Token, Alias);

/// <summary>An argument of a table function: exactly one of the members is there.</summary>
/// <param name="Token">Where it starts.</param>
/// <param name="Cursor"><c>CURSOR(query)</c>.</param>
/// <param name="Table"><c>TABLE name</c>.</param>
/// <param name="Descriptor"><c>DESCRIPTOR(column)</c>.</param>
/// <param name="Value">A value.</param>
internal sealed record FunctionArgumentSyntax(
    Token Token, QuerySyntax? Cursor, Token? Table, Token? Descriptor, Syntax? Value);

/// <summary>Two sources and the condition that rows of them meet.</summary>
internal sealed record JoinSyntax(Token Token, JoinKind Kind, SourceSyntax Left, SourceSyntax Right, Syntax On)
    : SourceSyntax(Token, null);

/// <summary><c>STAGGER (PARTITION BY key, … RANGE INTERVAL …)</c>.</summary>
internal sealed record StaggerSyntax(Token Token, IReadOnlyList<Syntax> Keys, Syntax Range);

/// <summary>A window of the WINDOW clause.</summary>
internal sealed record NamedWindowSyntax(Token Name, WindowSyntax Window);

/// <summary>A window: the name of one, or what it is.</summary>
internal sealed record WindowSyntax(
    Token Token,
    Token? Name,
    IReadOnlyList<Syntax> Partition,
    IReadOnlyList<OrderItemSyntax> Order,
    FrameSyntax? Frame);

/// <summary>How far a window reaches: rows or time before and behind the current row; null is the row itself.</summary>
internal sealed record FrameSyntax(Token Token, bool IsRows, bool IsUnbounded, Syntax? Preceding, Syntax? Following);

/// <summary>An item of ORDER BY.</summary>
internal sealed record OrderItemSyntax(Token Token, Syntax Expression, bool IsDescending);

/// <summary>An aggregate or analytic function over a window.</summary>
internal sealed record OverSyntax(Token Token, CallSyntax Call, WindowSyntax Window) : Syntax(Token, Call.Depth + 1);
