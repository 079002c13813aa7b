namespace EdgeStream.Sql;

internal enum BinaryOperator
{
    And = 0,
    Or,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    IsDistinctFrom,
    Concatenate,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}
