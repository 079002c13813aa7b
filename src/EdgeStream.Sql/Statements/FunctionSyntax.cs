namespace EdgeStream.Sql;

/// <summary>A function that a script declares.</summary>
/// <param name="Name">What it stands for, in upper case unless quoted.</param>
/// <param name="Parameters">What it takes.</param>
/// <param name="Returns">What its result is cast to.</param>
/// <param name="IsNullOnNull">Whether it is NULL where an argument is.</param>
/// <param name="Body">What it is, over its parameters alone.</param>
/// <param name="Size">How much text a call of it stands for, in tokens.</param>
internal sealed record FunctionDefinition(
    Token Name,
    IReadOnlyList<ColumnSyntax> Parameters,
    SqlDataType Returns,
    bool IsNullOnNull,
    Syntax Body,
    long Size);

/// <summary><c>CREATE [OR REPLACE] FUNCTION name (parameter type, …) RETURNS type … RETURN expression</c>.</summary>
internal sealed record CreateFunctionSyntax(Token Token, FunctionDefinition Function) : StatementSyntax(Token);

/// <summary>A call of a function that the script has declared before it.</summary>
internal sealed record DeclaredCallSyntax(Token Token, FunctionDefinition Function, IReadOnlyList<Syntax> Arguments)
    : Syntax(Token, DepthOf(Arguments) + Function.Body.Depth + 1);
