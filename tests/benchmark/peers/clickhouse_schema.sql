CREATE TABLE shop_event (
  person UInt32, second UInt32, item UInt32, value Float32,
  kind UInt8, source UInt8, country UInt8, unused UInt8
) ENGINE = MergeTree() ORDER BY (person, second)
