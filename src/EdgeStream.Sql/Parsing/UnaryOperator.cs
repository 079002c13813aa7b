namespace EdgeStream.Sql;

internal enum UnaryOperator
{
    Not = 0,
    Negate,
    IsNull,
    IsTrue,
    IsFalse,
    IsUnknown,
}
