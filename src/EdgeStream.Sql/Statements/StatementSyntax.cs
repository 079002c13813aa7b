namespace EdgeStream.Sql;

/// <summary>One statement of a script. <paramref name="Token"/> is where it starts.</summary>
internal abstract record StatementSyntax(Token Token);

/// <summary><c>CREATE [OR REPLACE] STREAM name (column type, …)</c>.</summary>
internal sealed record CreateStreamSyntax(
    Token Token, Token Name, bool IsReplacing, IReadOnlyList<ColumnSyntax> Columns) : StatementSyntax(Token);

/// <summary><c>CREATE [OR REPLACE] PUMP name [STOPPED | STARTED] AS INSERT INTO target [(column, …)]
/// query</c>.</summary>
internal sealed record CreatePumpSyntax(
    Token Token,
    Token Name,
    bool IsReplacing,
    bool IsStopped,
    Token Target,
    IReadOnlyList<Token> TargetColumns,
    QuerySyntax Query) : StatementSyntax(Token);

/// <summary><c>ALTER PUMP name START | STOP</c>.</summary>
internal sealed record AlterPumpSyntax(Token Token, Token Name, bool IsStopped) : StatementSyntax(Token);

/// <summary><c>DROP STREAM | PUMP name</c>.</summary>
internal sealed record DropSyntax(Token Token, Token Name, bool IsPump) : StatementSyntax(Token);

/// <summary>A query by itself, whose rows go to whoever asked.</summary>
internal sealed record SelectStatementSyntax(Token Token, QuerySyntax Query) : StatementSyntax(Token);

/// <summary>A declared column, and the text behind DESCRIPTION where there is one.</summary>
internal sealed record ColumnSyntax(Token Name, SqlDataType Type, bool IsNotNull, string? Description);
